/** One hash over whole sites, to see that two programs made the same bytes. */
import { createHash } from "node:crypto";
import type { Site } from "../../action/src/model/site.ts";

/** Sites go in one by one. */
export interface SiteDigest {
  readonly add: (site: Site) => void;
  /** Nothing when no hash was wanted. */
  readonly result: () => { readonly digest?: string; readonly bytesPerPage?: number };
}

/** Hashes path, headers, identity and bytes of every file when `wanted`; otherwise costs nothing. */
export function digestSites(wanted: boolean): SiteDigest {
  if (!wanted) return { add: () => undefined, result: () => ({}) };
  const digest = createHash("sha256");
  let pages = 0;
  let bytes = 0;
  return {
    add: ({ tenant, release, files }) => {
      digest.update(`${tenant} ${release}\n`);
      for (const [path, { body, ...rest }] of files) {
        digest.update(`${path} ${body.length} ${JSON.stringify(rest)}\n`).update(body);
        if (!path.endsWith(".html")) continue;
        pages += 1;
        bytes += body.length;
      }
    },
    result: () => ({ digest: digest.digest("hex"), bytesPerPage: Math.round(bytes / pages) }),
  };
}
