/** What must hold after every single operation, whoever made it. */
import { gunzipSync } from "node:zlib";
import type { HeldObject } from "../../action/src/io/memory.ts";
import { METADATA } from "../../action/src/model/plan.ts";
import { decodeRecord, recordName, type ReleaseRecord } from "../../action/src/model/record.ts";
import { BEACON_PATH, type Site } from "../../action/src/model/site.ts";

export type Invariant = "I1" | "I2" | "I3" | "I5" | "I6";

export interface Violation {
  readonly invariant: Invariant;
  readonly message: string;
}

/** What the buckets hold: names with the tenant's prefix in `sites`. */
export interface Contents {
  readonly sites: ReadonlyMap<string, HeldObject>;
  readonly ledger: ReadonlyMap<string, HeldObject>;
}

/** A mutation that was just applied. */
export interface Applied {
  readonly bucket: "sites" | "ledger";
  readonly verb: "write" | "remove";
  readonly name: string;
  /** The commit of the run that made it. */
  readonly commit: number;
}

interface Page {
  readonly links: readonly string[];
  readonly assets: readonly string[];
}

const pages = new WeakMap<Uint8Array, Page>();

/** As a browser gets it. */
export function bodyOf({ object, body }: HeldObject): Uint8Array {
  return object.contentEncoding === "gzip" ? gunzipSync(body) : body;
}

/** What a page refers to: targets inside the tenant, as file paths. */
function readPage(held: HeldObject): Page {
  const known = pages.get(held.body);
  if (known !== undefined) return known;
  const text = new TextDecoder().decode(bodyOf(held));
  const targets = [...text.matchAll(/\s(?:href|src|action|data-[a-z]+)="\/([^"#?]*)/g)].map(([, path = ""]) => path);
  const page = {
    links: targets
      .filter((path) => !path.startsWith("assets/"))
      .map((path) => (path === "" || path.endsWith("/") ? `${path}index.html` : path)),
    assets: targets.filter((path) => path.startsWith("assets/")),
  };
  pages.set(held.body, page);
  return page;
}

/** One tenant's part of the bucket, by path; foreign objects are no part of it. */
export function partOf(tenant: string, { sites }: Contents): ReadonlyMap<string, HeldObject> {
  const part = new Map<string, HeldObject>();
  for (const [name, held] of sites) {
    if (!name.startsWith(`${tenant}/`) || held.object.metadata[METADATA.tenant] !== tenant) continue;
    part.set(name.slice(tenant.length + 1), held);
  }
  return part;
}

export function recordOf(tenant: string, { ledger }: Contents): ReleaseRecord | undefined {
  const held = ledger.get(recordName(tenant));
  return held && decodeRecord(tenant, held.body);
}

/**
 * `released` gives the site of a release id. `applied` is what was done last: some things must hold at the moment
 * that a record or a beacon is written. Without it only what must hold at any time is looked at.
 */
export function findViolations(
  tenant: string,
  contents: Contents,
  released: (release: string) => Site | undefined,
  applied?: Applied,
): Violation[] {
  const part = partOf(tenant, contents);
  const record = recordOf(tenant, contents);
  return [
    ...missingAssets(part),
    ...brokenLinks(part, record),
    ...lyingRecord(part, record, applied),
    ...lyingBeacon(tenant, part, released, applied),
  ];
}

/** I1, first half: a live page refers only to objects that exist. */
function missingAssets(part: ReadonlyMap<string, HeldObject>): Violation[] {
  return [...part]
    .filter(([path]) => path.endsWith(".html"))
    .flatMap(([path, held]) =>
      readPage(held)
        .assets.filter((asset) => !part.has(asset))
        .map((asset) => ({ invariant: "I1" as const, message: `${path} needs ${asset}, which is not there` })),
    );
}

/** I1, second half: from what was released, links lead only to pages that exist. */
function brokenLinks(part: ReadonlyMap<string, HeldObject>, record: ReleaseRecord | undefined): Violation[] {
  const found: Violation[] = [];
  const queue = [...(record?.files.keys() ?? [])].filter((path) => path.endsWith(".html"));
  const seen = new Set(queue);
  for (const path of queue) {
    const held = part.get(path);
    if (held === undefined) continue;
    for (const link of readPage(held).links) {
      if (!part.has(link)) found.push({ invariant: "I1", message: `${path} links to ${link}, which is not there` });
      else if (!seen.has(link)) {
        seen.add(link);
        queue.push(link);
      }
    }
  }
  return found;
}

/** I6, first half: the record lists only files that exist, and when it is written exactly those. */
function lyingRecord(
  part: ReadonlyMap<string, HeldObject>,
  record: ReleaseRecord | undefined,
  applied?: Applied,
): Violation[] {
  if (record === undefined) return [];
  const found: Violation[] = [];
  const written = applied?.bucket === "ledger" && applied.verb === "write" && applied.name.endsWith("record.json");
  for (const [path, file] of record.files) {
    const held = part.get(path);
    if (held === undefined) found.push({ invariant: "I6", message: `the record lists ${path}, which is not there` });
    else if (written && held.object.generation !== file.generation) {
      found.push({ invariant: "I6", message: `the record was written with a generation of ${path} that is not there` });
    } else if (written && held.object.metadata[METADATA.identity] !== file.identity) {
      found.push({ invariant: "I6", message: `the record was written with another content of ${path}` });
    }
  }
  for (const asset of record.previous.flatMap(({ assets }) => assets)) {
    if (!part.has(asset)) found.push({ invariant: "I6", message: `the record keeps ${asset}, which is not there` });
  }
  return found;
}

/** I6, second half: the beacon names no release of which a page is missing, and when it is written all is in place. */
function lyingBeacon(
  tenant: string,
  part: ReadonlyMap<string, HeldObject>,
  released: (release: string) => Site | undefined,
  applied?: Applied,
): Violation[] {
  const beacon = part.get(BEACON_PATH);
  if (beacon === undefined) return [];
  const { release } = JSON.parse(new TextDecoder().decode(beacon.body)) as { release: string };
  const site = released(release);
  if (site === undefined) return [{ invariant: "I6", message: `the beacon names ${release}, which nobody made` }];
  const written =
    applied?.bucket === "sites" && applied.verb === "write" && applied.name === `${tenant}/${BEACON_PATH}`;
  const found: Violation[] = [];
  for (const file of site.files.values()) {
    const held = part.get(file.path);
    if (held === undefined) {
      found.push({ invariant: "I6", message: `the beacon names a release of which ${file.path} is missing` });
    } else if (written && held.object.metadata[METADATA.identity] !== file.identity) {
      found.push({ invariant: "I6", message: `the beacon was written before ${file.path} was as its release has it` });
    }
  }
  return found;
}

/** I3: the tenant is exactly `site`; undefined: nothing of it is left. */
export function findDifferences(tenant: string, contents: Contents, site: Site | undefined): Violation[] {
  const part = partOf(tenant, contents);
  const found: Violation[] = [];
  const differ = (message: string) => found.push({ invariant: "I3", message });
  for (const file of site?.files.values() ?? []) {
    const held = part.get(file.path);
    if (held === undefined) differ(`${file.path} is not there`);
    else if (Buffer.compare(bodyOf(held), file.body) !== 0) differ(`${file.path} is not as the last run wanted it`);
  }
  for (const [path, { object }] of part) {
    const isAsset = object.metadata[METADATA.kind] === "asset";
    if (site?.files.has(path) !== true && !(isAsset && site !== undefined)) differ(`${path} is still there`);
  }
  const record = recordOf(tenant, contents);
  if (record?.release !== site?.release) differ(`the record names ${record?.release}, not ${site?.release}`);
  if (contents.ledger.has(`tenants/${tenant}/intent.json`)) differ("the intent is still there");
  return found;
}
