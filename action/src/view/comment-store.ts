/** One store of a plan, folded: pictures, what changes in business words line by line, and its files. */
import type { PlannedChange, PlannedPicture, PlannedStore } from "../model/plan-artifact.ts";
import { fromTo, isMended, percentWords, productName, storeLine, valueOf } from "./change-words.ts";
import { codeBlock, codeSpan, tableHead, tableRow } from "./markdown.ts";
import { countOf, formatBytes, formatCount, formatDifference } from "./measure.ts";
import { safeLine, shorten } from "./output.ts";

/** Items of each list; the counts are said. */
const LISTED = 10;

/** Pictures of one store. */
const PICTURES = 4;

/** The fold of a store; `previewUrl` is where its pictures lie. */
export function storeDetails(
  store: PlannedStore,
  pictures: readonly PlannedPicture[],
  previewUrl: string | undefined,
  isOpen: boolean,
): string {
  const { change, kind } = store;
  const parts = [
    ...(previewUrl === undefined
      ? []
      : pictures.slice(0, PICTURES).map((picture) => pictureTable(picture, previewUrl))),
    // Of a store that opens or closes everything is new or gone.
    ...(change === undefined || kind === "created" || kind === "parked" || kind === "restored"
      ? []
      : changeParts(change)),
    ...(change === undefined && kind === "updated" && !isMended(store)
      ? ["Products and prices cannot be compared: one side was rendered by an engine that does not tell them."]
      : []),
    fileParts(store),
  ];
  const summary = `<code>${store.tenant}</code> ${storeLine(store)}`;
  return `<details${isOpen ? " open" : ""}><summary>${summary}</summary>\n\n${parts.join("\n\n")}\n\n</details>`;
}

function pictureTable({ page, width, before, after, difference, changed }: PlannedPicture, previewUrl: string): string {
  const views = [
    ["Before", before],
    ["After", after],
    ["Difference", difference],
  ] as const;
  const shown = views.flatMap(([name, path]) => (path === undefined ? [] : [{ name, path }]));
  if (shown.length === 0) return `${addressOf(page)} at ${width} px looks the same.`;
  const size = width === 360 ? 180 : 300;
  const cells = shown.map(({ name, path }) => `<img alt="${name}" width="${size}" src="${previewUrl}${path}">`);
  const share = percentWords(changed * 100).slice(1);
  const head = `**${addressOf(page)} at ${width} px**${before === undefined || after === undefined ? "" : `: ${share} of the picture differs`}`;
  return `${head}\n\n${[
    ...tableHead(
      shown.map(({ name }) => name),
      new Set(),
    ),
    tableRow(cells),
  ].join("\n")}`;
}

/** What changes in business words, as paragraphs and tables; of each list the first `most`. */
export function changeParts(change: PlannedChange, most = LISTED): string[] {
  const { priced, renamed, facts, lostAddresses, weight } = change;
  const parts: string[] = [];
  if (priced.count > 0) {
    parts.push(
      table(most, ["Price of", "before", "after", ""], new Set(["before", "after", ""]), priced, (one) => [
        productName(one),
        valueOf(one.from),
        valueOf(one.to),
        one.percent === null ? "" : percentWords(one.percent),
      ]),
    );
  }
  const lists = [
    ["New", change.added],
    ["Gone", change.removed],
    ["Sold out", change.soldOut],
    ["Back in stock", change.backInStock],
  ] as const;
  for (const [name, list] of lists) {
    if (list.count > 0) parts.push(`**${name}:** ${listWords(list, most, productName)}`);
  }
  if (renamed.count > 0) parts.push(`**Renamed:** ${listWords(renamed, most, ({ from, to }) => fromTo(from, to))}`);
  if (facts.length > 0) {
    parts.push(
      table(most, ["Told to visitors", "before", "after"], new Set(), { count: facts.length, first: facts }, factCells),
    );
  }
  const [lost] = lostAddresses.first;
  if (lost !== undefined) {
    const line = codeSpan(`redirects: [{ from: ${visitedPath(lost)}, to: / }]`, PATH_SHOWN);
    parts.push(
      `**Addresses lost:** ${listWords(lostAddresses, most, addressOf)}`,
      `To send their visitors on, add to the store's settings, each with the page that takes its place: ${line}`,
    );
  }
  if (weight !== undefined && weight.after !== weight.before) {
    const { page, before, after, budget } = weight;
    const was = before === 0 ? "" : ` (was ${formatBytes(before)})`;
    parts.push(
      `**Heaviest page:** ${addressOf(page)} with ${formatBytes(after)}${was}, ${after > budget ? "**over**" : "within"} the budget of ${formatBytes(budget)}`,
    );
  }
  return parts;
}

const factCells = ({ what, from, to }: PlannedChange["facts"][number]): string[] => [
  codeSpan(what),
  valueOf(from),
  valueOf(to),
];

/** As visitors see it: `/products/tarn/`. */
const addressOf = (path: string): string => codeSpan(visitedPath(path));
const visitedPath = (path: string): string => `/${path.replace(/(^|\/)index\.html$/, "$1")}`;

interface Listed<Item> {
  readonly count: number;
  readonly first: readonly Item[];
}

function listWords<Item>({ count, first }: Listed<Item>, most: number, show: (item: Item) => string): string {
  const shown = first.slice(0, most).map((item) => show(item));
  const rest = count - shown.length;
  return shown.join(", ") + (rest > 0 ? ` and ${formatCount(rest)} more` : "");
}

function table<Item>(
  most: number,
  names: readonly string[],
  right: ReadonlySet<string>,
  { count, first }: Listed<Item>,
  cells: (item: Item) => readonly string[],
): string {
  const rows = first.slice(0, most).map((item) => tableRow(cells(item)));
  const rest = count - rows.length;
  return [...tableHead(names, right), ...rows, ...(rest > 0 ? [`\nand ${formatCount(rest)} more.`] : [])].join("\n");
}

/** Longest path shown, in UTF-16 units. */
const PATH_SHOWN = 120;

function fileParts(store: PlannedStore): string {
  const { kind, files, pages, release, url } = store;
  const address = url === "" ? "" : `Address ${codeSpan(url)}.`;
  // Nothing was made of it, which is no loss of pages.
  if (kind === "invalid") {
    const stays = release.before === "" ? "" : `Stays as it is, release ${codeSpan(release.before)}.`;
    return [stays, address].filter(Boolean).join(" ");
  }
  const { added, changed, removed, bytes } = files;
  const signed = [
    ...(added.count > 0 ? [formatDifference(added.count)] : []),
    ...(changed.count > 0 ? [`±${formatCount(changed.count)}`] : []),
    ...(removed.count > 0 ? [formatDifference(-removed.count)] : []),
  ].join(" ");
  const difference = pages.after - pages.before;
  const mended = isMended(store);
  const sentences = [
    mended ? "It could not be built before, so it is compared with nothing." : "",
    signed === "" ? "No file differs." : `Files ${signed}, ${formatBytes(bytes)} to upload.`,
    `${countOf(pages.after, "page")}${difference === 0 || mended ? "" : ` (${formatDifference(difference)})`}.`,
    release.after === ""
      ? ""
      : `Release ${codeSpan(release.after)}${release.before === "" ? "" : `, now ${codeSpan(release.before)}`}.`,
    address,
  ];
  const paths = [
    ...added.first.map((path) => `+ ${path}`),
    ...changed.first.map((path) => `± ${path}`),
    ...removed.first.map((path) => `− ${path}`),
  ];
  const total = added.count + changed.count + removed.count;
  const lines = paths.slice(0, LISTED).map((path) => shorten(safeLine(path), PATH_SHOWN));
  const all = total > lines.length ? [...lines, `… and ${formatCount(total - lines.length)} more`] : lines;
  const told = sentences.filter(Boolean).join(" ");
  if (lines.length === 0) return told;
  return `${told}\n\n<details><summary>${countOf(total, "file")}</summary>\n\n${codeBlock(all)}\n\n</details>`;
}
