/** Which tenants a change touches. */
import type { Source } from "./source.ts";

/** Whether one of the changed paths is the tenant's file, lies in its folder or took that folder's place. */
export function touchedIds(changed: readonly string[], sources: readonly Source[]): Set<string> {
  const byFile = new Map(sources.map((source) => [source.file, source.id]));
  const byFolder = new Map(sources.map((source) => [source.folder, source.id]));
  const touched = new Set<string>();
  for (const path of changed) {
    const id = byFile.get(path);
    if (id !== undefined) touched.add(id);
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
      const owner = byFolder.get(path.slice(0, end));
      if (owner !== undefined) touched.add(owner);
    }
  }
  return touched;
}

/** The names of the templates of which a file changed. */
export const touchedTemplates = (changed: readonly string[], folder: string): Set<string> =>
  new Set(
    changed
      .filter((path) => path.startsWith(`${folder}/`))
      .flatMap((path) =>
        path
          .slice(folder.length + 1)
          .split("/")
          .slice(0, 1),
      ),
  );
