/** What the engine of another commit says about its side of a comparison, as lines of JSON that are checked when they come in. */
import type { RenderedSideLine, Store as StoreLine } from "../generated/rendered-side.ts";
import { validateRenderedSide } from "../generated/validate-rendered-side.js";
import type { RenderedSide, Shown } from "./comparison.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { SiteFile } from "./site.ts";
import { addressesAmong, type StoreFacts } from "./store-facts.ts";
import type { Entry } from "../ports.ts";

/**
 * The file of a bundle that is asked. Its name is the version of the protocol: a bundle that has no such file is of
 * another one, and is not asked.
 */
export const SIDE_ENTRY = "render-side-1";

/** The file, beside those that a tree is made of, that says what to render. */
export const ORDER_FILE = "order.json";

/** An entry of a tree whose bytes lie in a file named after their git blob id. */
export interface IdentifiedEntry extends Entry {
  /** Empty for everything but files. */
  readonly id: string;
}

/** What another engine is asked for. */
export interface SideOrder {
  readonly folders: { readonly tenants: string; readonly templates: string };
  /** All that it can read, sorted by path. */
  readonly entries: readonly IdentifiedEntry[];
  /** The tenants to render, in this order. */
  readonly ids: readonly string[];
  /** Whether to hand out the stores' files as well; an older engine does not look for it. */
  readonly withBodies?: boolean;
}

/** Files of a store as a browser takes them, by path. */
export type SiteBodies = ReadonlyMap<string, Pick<SiteFile, "body" | "contentType">>;

/** A side with its files, where they were asked for. */
export interface AnsweredSide extends RenderedSide {
  readonly bodies?: SiteBodies;
}

/** A line that came in. */
export type SideLine =
  | { readonly kind: "store"; readonly tenant: string; readonly rendered: RenderedSide }
  | { readonly kind: "body"; readonly path: string; readonly file: Pick<SiteFile, "body" | "contentType"> }
  | { readonly kind: "fleet"; readonly diagnostics: readonly Diagnostic[] };

/** The line of one tenant, its line feed included. */
export function encodeStore(tenant: string, { side, closed, diagnostics }: RenderedSide): string {
  const line: StoreLine = {
    tenant,
    side: "shown" in side ? { state: side.state, shown: plainShown(side.shown) } : { state: side.state },
    ...(closed === undefined ? {} : { closed }),
    diagnostics: diagnostics.map(plainDiagnostic),
  };
  return toLine(line);
}

/** The line of one file of the store before it. */
export const encodeBody = (path: string, { body, contentType }: Pick<SiteFile, "body" | "contentType">): string =>
  toLine({ path, contentType, base64: Buffer.from(body).toString("base64") });

/** The last line: what is wrong with the fleet as a whole. */
export const encodeFleet = (diagnostics: readonly Diagnostic[]): string =>
  toLine({ diagnostics: diagnostics.map(plainDiagnostic) });

/** Undefined for everything that no engine of this protocol says. */
export function decodeLine(text: string): SideLine | undefined {
  const value = parseJson(text);
  if (!validateRenderedSide(value)) return undefined;
  if ("base64" in value) {
    const { path, contentType, base64 } = value;
    return { kind: "body", path, file: { contentType, body: Buffer.from(base64, "base64") } };
  }
  if (!("tenant" in value)) return { kind: "fleet", diagnostics: value.diagnostics };
  const { tenant, side, closed, diagnostics } = value;
  const rendered: RenderedSide = {
    side: "shown" in side ? { state: side.state, shown: readShown(side.shown) } : { state: side.state },
    ...(closed === undefined ? {} : { closed }),
    diagnostics,
  };
  return { kind: "store", tenant, rendered };
}

const toLine = (line: RenderedSideLine): string => `${JSON.stringify(line)}\n`;

type PlainShown = Extract<StoreLine["side"], { shown: unknown }>["shown"];

const plainShown = ({ release, pages, products, files, facts }: Shown): PlainShown => ({
  release,
  pages,
  products,
  files: [...files].map(([path, { identity, bytes }]) => ({ path, identity, bytes })),
  ...(facts === undefined ? {} : { facts: plainFacts(facts) }),
});

/** Its addresses are among the files. */
const plainFacts = ({ said, products, heaviest }: StoreFacts) => ({
  said: Object.entries(said).map(([what, text]) => ({ what, text })),
  products: products.map(({ id, title, offers }) => ({ id, title, offers: [...offers] })),
  ...(heaviest === null ? {} : { heaviest }),
});

const readShown = ({ files, facts, ...shown }: PlainShown): Shown => ({
  ...shown,
  files: new Map(files.map(({ path, identity, bytes }) => [path, { identity, bytes }])),
  ...(facts === undefined
    ? {}
    : {
        facts: {
          said: Object.fromEntries(facts.said.map(({ what, text }) => [what, text])),
          products: facts.products,
          heaviest: facts.heaviest ?? null,
          addresses: addressesAmong(files.map(({ path }) => path)),
        },
      }),
});

/** Without properties that a later engine may give its diagnostics. */
const plainDiagnostic = ({ rule, severity, message, hint, location: { file, line, column } }: Diagnostic) => ({
  rule,
  severity,
  message,
  hint,
  location: { file, line, column },
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
