/**
 * What our comment under a pull request remembers, unseen at its end: which plan it tells, and what was planned for
 * which store, so that the next run can say what is the same and, after the merge, what became of it.
 */
import { isMapping } from "./mapping.ts";
import { isTenantId } from "./source.ts";

/** Read back only from a comment of our own author; even so it is no more than a pull request's word. */
export interface CommentState {
  /** Of the plan that the comment tells; hex. */
  readonly digest: string;
  /** The commit that was planned. */
  readonly head: string;
  /** The release that each store shall have, by tenant; "" where it shall have none. */
  readonly stores: ReadonlyMap<string, string>;
}

/** Stores that a comment remembers: beyond, there would be no room for its text. */
export const MOST_REMEMBERED = 400;

const MARKER = /<!-- store-provisioning ([A-Za-z0-9_-]{1,40000}) -->\s*$/;

/** The comment with its memory behind it. */
export function withState(markdown: string, { digest, head, stores }: CommentState): string {
  const kept = Object.fromEntries([...stores].slice(0, MOST_REMEMBERED));
  const bytes = Buffer.from(JSON.stringify({ digest, head, stores: kept }));
  return `${markdown.trimEnd()}\n\n<!-- store-provisioning ${bytes.toString("base64url")} -->\n`;
}

/** Whether a comment is one of ours, by its form. */
export const isOurs = (body: string): boolean => MARKER.test(body);

/** The text that people see. */
export const withoutState = (body: string): string => body.replace(MARKER, "").trimEnd();

/** What a comment remembers; undefined where it is none of ours, or was tampered with. */
export function stateIn(body: string): CommentState | undefined {
  const encoded = MARKER.exec(body)?.[1];
  if (encoded === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(encoded, "base64url").toString());
  } catch {
    return undefined;
  }
  if (!isMapping(value) || !isMapping(value["stores"])) return undefined;
  const { digest, head } = value;
  const stores = Object.entries(value["stores"]);
  if (typeof digest !== "string" || typeof head !== "string" || !/^[0-9a-f]{8,64}$/.test(digest)) return undefined;
  const areStores = stores.every(([id, release]) => isTenantId(id) && /^[0-9a-f]{0,64}$/.test(String(release)));
  return areStores ? { digest, head, stores: new Map(stores as [string, string][]) } : undefined;
}
