/**
 * The stores of a change as they were, rendered by the engine that they were deployed with.
 *
 * Where base and head have the same engine, the base is rendered here. Where `action/dist` differs, the base's own
 * bundle renders it apart from us (`io/engine-host.ts`): it is given the base's files, each under its blob id, and the
 * order which stores to render; it answers with a line of JSON for each (`model/rendered-side.ts`), in step with the
 * head's, so that both sides are worked on at once and one store is in memory at a time. A base whose bundle cannot do
 * that, because it is too old or not there at all, is rendered by the head's engine.
 */
import { posix } from "node:path";
import type { RenderedSide } from "../model/comparison.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { OVERRIDES_FILE } from "../model/override.ts";
import { POLICY_FILE } from "../model/policy.ts";
import {
  type AnsweredSide,
  decodeLine,
  type IdentifiedEntry,
  ORDER_FILE,
  SIDE_ENTRY,
  type SideLine,
  type SideOrder,
  type SiteBodies,
} from "../model/rendered-side.ts";
import type { SiteFile } from "../model/site.ts";
import { EngineError, type EngineHost, type FolderFiles, RepoError, type Tree } from "../ports.ts";
import { checkStores, type Desk, type Folders } from "./load-stores.ts";
import { openBase } from "./open-base.ts";
import { type ChangedSide, ENGINE_FOLDER } from "./read-change.ts";
import { type How, sideRenderer } from "./render-side.ts";

/** What the guards go by; the base has its own problems in them. */
const GUARD_FILES: ReadonlySet<string> = new Set([OVERRIDES_FILE, POLICY_FILE]);

/** The base of a change, one store after the other. */
export interface BaseSide {
  /** Asked once for each store, in the order of their ids. */
  render(id: string): Promise<AnsweredSide>;
  /** What is wrong with the base but for what {@link render} told; asked after the last store. */
  diagnostics(): Promise<readonly Diagnostic[]>;
  /** Ends what renders it. */
  close(): Promise<void>;
}

/** The base as our own engine renders it; `desk` has the `touched` stores, `base` has all. */
export function ownBase(
  desk: Desk,
  base: ChangedSide,
  touched: ReadonlySet<string>,
  folders: Folders,
  how: Partial<How>,
): BaseSide {
  return {
    render: sideRenderer(desk, how),
    diagnostics: async () => {
      const whole = await openBase(base.tree, folders);
      return [...whole.diagnostics, ...(await checkStores(whole, ({ id }) => !touched.has(id)))];
    },
    close: async () => {},
  };
}

/**
 * The base as its own bundle renders it; undefined where that cannot be asked. With `only`, it renders these stores and
 * hands out their files. Its methods throw `EngineError`.
 */
export async function otherBase(
  host: EngineHost,
  base: ChangedSide,
  folders: Folders,
  only?: ReadonlySet<string>,
): Promise<BaseSide | undefined> {
  const { tree } = base;
  const bundle = (await entriesIn(tree, ENGINE_FOLDER)).filter(
    ({ kind, path }) => kind === "file" && posix.dirname(path) === ENGINE_FOLDER,
  );
  const entry = `${SIDE_ENTRY}.mjs`;
  if (!bundle.some(({ path }) => posix.basename(path) === entry)) return undefined;
  const all = [...new Set(base.sources.map(({ id }) => id))].toSorted();
  const ids = all.filter((id) => only?.has(id) ?? true);
  const entries = [
    ...(await entriesIn(tree, folders.tenants)),
    ...(await entriesIn(tree, folders.templates)),
    ...(await entriesIn(tree, posix.dirname(OVERRIDES_FILE))).filter(({ path }) => GUARD_FILES.has(path)),
  ].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const lines = host.run({
    program: readAll(tree, bundle, ({ path }) => posix.basename(path)),
    entry,
    data: dataOf(tree, { folders, entries, ids, withBodies: only !== undefined }),
  });
  return answersOf(lines, ids, only !== undefined);
}

async function entriesIn(tree: Tree, folder: string): Promise<IdentifiedEntry[]> {
  const entries = await tree.list(folder).catch((error: unknown) => {
    if (error instanceof RepoError && error.code === "missing") return [];
    throw error;
  });
  const identified: IdentifiedEntry[] = [];
  for (const entry of entries)
    identified.push({ ...entry, id: entry.kind === "file" ? await tree.identify(entry.path) : "" });
  return identified;
}

async function* dataOf(tree: Tree, order: SideOrder): FolderFiles & AsyncGenerator<readonly [string, Uint8Array]> {
  yield [ORDER_FILE, Buffer.from(JSON.stringify(order))];
  const byId = new Map(order.entries.filter(({ kind }) => kind === "file").map((entry) => [entry.id, entry]));
  yield* readAll(tree, [...byId.values()], ({ id }) => id);
}

async function* readAll(
  tree: Tree,
  entries: readonly IdentifiedEntry[],
  nameOf: (entry: IdentifiedEntry) => string,
): AsyncGenerator<readonly [string, Uint8Array]> {
  for (const entry of entries) yield [nameOf(entry), await tree.read(entry.path)];
}

/** Takes nothing for granted: each line must be about the store whose turn it is, and after the last one comes the end. */
function answersOf(lines: AsyncGenerator<string, void>, ids: readonly string[], withBodies: boolean): BaseSide {
  const known = new Set(ids);
  let ofFleet: readonly Diagnostic[] = [];

  async function next(): Promise<SideLine> {
    const { done, value } = await lines.next();
    if (done === true) throw misled("ended before it had said everything");
    const line = decodeLine(value);
    if (line === undefined) throw misled(`said what is not of its protocol: ${value.slice(0, 200)}`);
    return line;
  }

  /** As many as it has said that there are. */
  async function readBodies({ side }: RenderedSide): Promise<SiteBodies> {
    const bodies = new Map<string, Pick<SiteFile, "body" | "contentType">>();
    for (const path of "shown" in side ? side.shown.files.keys() : []) {
      const line = await next();
      if (line.kind !== "body" || line.path !== path) throw misled("hands out no pages");
      bodies.set(path, line.file);
    }
    return bodies;
  }

  async function readEnd(): Promise<void> {
    const line = await next();
    if (line.kind !== "fleet")
      throw misled(`spoke of "${line.kind === "store" ? line.tenant : line.path}" after the last store`);
    ofFleet = line.diagnostics;
    if ((await lines.next()).done !== true) throw misled("said more than it was asked");
  }

  return {
    render: async (id) => {
      if (!known.has(id)) return { side: { state: "absent" }, diagnostics: [] };
      const line = await next();
      if (line.kind !== "store" || line.tenant !== id) throw misled(`did not speak of "${id}" when it was its turn`);
      const answered = withBodies ? { ...line.rendered, bodies: await readBodies(line.rendered) } : line.rendered;
      // The end is looked at in any case: only there does a process say that it came through.
      if (id === ids.at(-1)) await readEnd();
      return answered;
    },
    diagnostics: async () => ofFleet,
    close: async () => {
      await lines.return();
    },
  };
}

const misled = (what: string): EngineError =>
  new EngineError("engine", `the engine of the base ${what}`, { hint: "it is action/dist at the base of this change" });
