/** The fleet as a table that fits a terminal of 80 columns: an id may have 40, the rest is short. */
import { countOf } from "../../action/src/view/measure.ts";
import type { OpenRequest, StoreDetails, StoreStatus } from "./fleet-status.ts";

/** A release's first digits tell it from the others of its store. */
const SHORT_RELEASE = 8;

/** Every store in one line, then what is asked for. */
export function fleetLines(stores: readonly StoreStatus[]): string[] {
  if (stores.length === 0) return ["The ledger knows no store"];
  const rows = stores.map(({ id, state, unfinished, release, pages, products, requests }) => [
    id,
    unfinished ? "begun" : state,
    release?.slice(0, SHORT_RELEASE) ?? "-",
    String(pages ?? "-"),
    String(products ?? "-"),
    requests.length === 0 ? "" : String(requests.length),
  ]);
  const asked = stores.flatMap(({ requests }) => requests);
  return [
    ...tableLines(["STORE", "STATE", "RELEASE", "PAGES", "ITEMS", "ASKED"], rows),
    "",
    `${countOf(stores.length, "store")}, ${countOf(asked.length, "open request")}`,
    ...stores.flatMap(({ id, requests }) => (requests.length === 0 ? [] : [id, ...requests.map(requestLine)])),
  ];
}

/** All of one store. */
export function storeLines(store: StoreDetails): string[] {
  const { id, state, unfinished, release, commit, url, host, pages, products, previous, requests } = store;
  const facts: readonly (readonly [string, string | null])[] = [
    ["state", unfinished ? `${state}; a deploy has begun it and not finished` : state],
    ["release", release],
    ["commit", commit],
    ["address", url === "" ? null : url],
    ["host", host],
    ["pages", pages === null ? null : String(pages)],
    ["products", products === null ? null : String(products)],
    ["before", previous.length === 0 ? null : previous.join(" ")],
  ];
  return [
    id,
    ...facts.map(([name, value]) => `  ${name.padEnd(8)}  ${value ?? "-"}`),
    countOf(requests.length, "open request"),
    ...requests.map(requestLine),
  ];
}

function requestLine({ requestId, type, state, pullRequest }: OpenRequest): string {
  const number = /\/(\d+)$/.exec(pullRequest ?? "")?.[1];
  const place = number === undefined ? "" : ` #${number}`;
  return `  ${requestId} ${type} ${state}${place}`;
}

/** Words to the left, figures to the right. */
function tableLines(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => (column < 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
