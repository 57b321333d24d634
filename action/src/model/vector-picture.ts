/**
 * A tenant's SVG, read strictly and written anew from the few elements and attributes that draw.
 *
 * An SVG is a program: opened by its own address it would run on the store's origin. Pages only ever name it in `<img>`,
 * where browsers run nothing; this is the wall for whoever opens the file itself. What acts or leads elsewhere is a
 * problem, so that nobody's picture changes unseen; what editors leave behind (metadata, their own names) goes unsaid.
 * DOMPurify would need a browser's document, which brings more code than there is here to trust; svgo makes files
 * smaller, not safer. saxes is strict XML with namespaces, knows no entities of a document and loads nothing.
 */
import { SaxesParser, type SaxesAttributeNS, type SaxesTagNS } from "saxes";
import { escapeXml } from "./escape.ts";

/** What an SVG may hold at most; `drawn` counts an element as often as references repeat it. */
export const VECTOR_LIMITS = { bytes: 128 * 1024, elements: 5_000, depth: 50, drawn: 20_000, pixels: 10_000 } as const;

/** Of one file; it has to be exported anew after the first. */
const MOST_PROBLEMS = 5;

const SVG = "http://www.w3.org/2000/svg";
const XLINK = "http://www.w3.org/1999/xlink";
const XHTML = "http://www.w3.org/1999/xhtml";

/** Every element that is written; without patterns and markers, which repeat a drawing by what is inherited or by a path's corners. */
export const VECTOR_ELEMENTS: ReadonlySet<string> = new Set(
  `svg g defs symbol use path rect circle ellipse line polyline polygon text tspan style
  linearGradient radialGradient stop clipPath mask`.split(/\s+/),
);

/** Every attribute that is written. */
export const VECTOR_ATTRIBUTES: ReadonlySet<string> = new Set(
  `id class style href transform viewBox preserveAspectRatio x y width height d points cx cy r rx ry x1 y1 x2 y2 dx dy fx fy fr
  rotate offset pathLength textLength lengthAdjust clip-path clip-rule clipPathUnits color color-interpolation display
  dominant-baseline fill fill-opacity fill-rule font-family font-size font-style font-weight gradientTransform gradientUnits
  letter-spacing mask mask-type maskContentUnits maskUnits opacity overflow paint-order shape-rendering spreadMethod stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin
  stroke-miterlimit stroke-opacity stroke-width text-anchor text-rendering vector-effect visibility word-spacing`.split(
    /\s+/,
  ),
);

/** Words for readers of the source: nobody reads them in an `<img>`. */
const UNSEEN_ELEMENTS = new Set(["title", "desc", "metadata"]);
const TEXT_ELEMENTS = new Set(["text", "tspan", "style"]);
/** What a style may refer to: they hold nothing that is drawn by itself, so no style repeats a drawing. */
const GRADIENTS = new Set(["linearGradient", "radialGradient"]);
/** What a value may call, beside `url(#…)`. */
const FUNCTIONS = new Set("rgb rgba hsl hsla matrix translate scale rotate skewx skewy calc var".split(" "));

interface VectorElement {
  readonly name: string;
  readonly line: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (VectorElement | string)[];
}

/** What is wrong in a file, in words that follow "the picture …". */
interface VectorProblem {
  readonly line: number;
  readonly message: string;
}

/** An SVG that may be served. */
interface Vector {
  readonly body: Uint8Array;
  /** In CSS pixels, whole ones. */
  readonly width: number;
  readonly height: number;
}

/** Reads an SVG; there is a picture only where nothing is wrong with it. */
export function readVector(bytes: Uint8Array): { vector?: Vector; problems: readonly VectorProblem[] } {
  if (bytes.length > VECTOR_LIMITS.bytes) {
    return refuse(1, `has ${bytes.length} bytes, and an SVG has at most ${VECTOR_LIMITS.bytes}`);
  }
  const { root, problems } = parse(bytes);
  if (root === undefined || problems.length > 0) return { problems };
  const amount = checkAmount(root);
  if (amount !== undefined) return { problems: [amount] };
  const size = sizeOf(root);
  if (size === undefined) {
    return refuse(root.line, `has no size up to ${VECTOR_LIMITS.pixels}: neither a viewBox nor a width and height`);
  }
  const { width, height, viewBox } = size;
  const attributes = new Map([
    ...root.attributes,
    ["viewBox", viewBox],
    ["width", `${width}`],
    ["height", `${height}`],
  ]);
  const text = write({ ...root, attributes: new Map([["xmlns", SVG], ...attributes]) });
  return { vector: { body: Buffer.from(`${text}\n`), width, height }, problems: [] };
}

const refuse = (line: number, message: string) => ({ problems: [{ line, message }] });

/** Stops at the first thing that is no XML, and where there is too much of it. */
class Unreadable extends Error {}

function parse(bytes: Uint8Array): { root: VectorElement | undefined; problems: readonly VectorProblem[] } {
  const problems = new Map<string, VectorProblem>();
  const parser = new SaxesParser({ xmlns: true });
  const report = (message: string) => {
    if (!problems.has(message) && problems.size < MOST_PROBLEMS) problems.set(message, { line: parser.line, message });
  };
  const stop = (message: string): never => {
    report(message);
    throw new Unreadable(message);
  };
  const open: VectorElement[] = [];
  let root: VectorElement | undefined;
  let elements = 0;
  /** How many elements are open that are left out, with all that is in them. */
  let skipped = 0;

  parser.on("error", (error) => stop(`is no XML: ${error.message.replace(/^[\d:\s]+/, "").replace(/\.$/, "")}`));
  parser.on("doctype", () => report("holds a DOCTYPE"));
  parser.on("processinginstruction", () => report("holds a processing instruction"));
  parser.on("opentag", (tag) => {
    elements += 1;
    if (elements > VECTOR_LIMITS.elements) stop(`has more than ${VECTOR_LIMITS.elements} elements`);
    if (open.length + skipped >= VECTOR_LIMITS.depth) stop(`is nested more than ${VECTOR_LIMITS.depth} deep`);
    if (open.length === 0 && (tag.uri !== SVG || tag.local !== "svg")) stop("is no SVG: its first element is another");
    const isKnown = tag.uri === SVG && VECTOR_ELEMENTS.has(tag.local);
    if (tag.uri === XHTML || (tag.uri === SVG && !isKnown && !UNSEEN_ELEMENTS.has(tag.local))) {
      report(`holds <${tag.local.slice(0, 40)}>`);
    }
    if (skipped > 0 || !isKnown) {
      skipped += 1;
      return;
    }
    const element = { name: tag.local, line: parser.line, attributes: readAttributes(tag, report), children: [] };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("closetag", () => {
    if (skipped > 0) {
      skipped -= 1;
      return;
    }
    const closed = open.pop();
    if (closed?.name === "style" && !isHarmless(textOf(closed))) {
      report("refers to something elsewhere: in <style>");
    }
  });
  const addText = (text: string): void => {
    const parent = open.at(-1);
    if (parent !== undefined && skipped === 0 && TEXT_ELEMENTS.has(parent.name)) parent.children.push(text);
  };
  parser.on("text", addText);
  parser.on("cdata", addText);

  try {
    parser.write(new TextDecoder("utf-8", { fatal: true }).decode(bytes)).close();
  } catch (error) {
    if (error instanceof TypeError) report("is no UTF-8");
    else if (!(error instanceof Unreadable)) throw error;
  }
  return { root, problems: [...problems.values()] };
}

function readAttributes(tag: SaxesTagNS, report: (message: string) => void): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const attribute of Object.values(tag.attributes)) {
    const name = nameOf(attribute);
    if (/^on/i.test(name)) report(`acts: it has ${name.slice(0, 40)}`);
    if (!VECTOR_ATTRIBUTES.has(name)) continue;
    const value = attribute.value.trim();
    if (name === "href" ? !OWN_PART.test(value) : !isHarmless(value)) {
      report(`refers to something elsewhere: ${name} in <${tag.local}>`);
    }
    attributes.set(name, value);
  }
  return attributes;
}

/** The name as it is written; empty for what belongs to an editor. */
function nameOf({ uri, local }: SaxesAttributeNS): string {
  return uri === "" || (uri === XLINK && local === "href") ? local : "";
}

/** A part of the file itself, by a name that needs no decoding. */
const OWN_PART = /^#[^\s"'()<>\\%]+$/;
const REFERENCE = /\burl\(\s*(["']?)#([^\s"'()<>\\%]+)\1\s*\)/gi;
/** How a drawing says what it looks like in the dark. */
const SCHEME = /@media\s*\(\s*prefers-color-scheme\s*:\s*(?:dark|light)\s*\)/g;

/** Whether a value calls nothing but {@link FUNCTIONS} and parts of its own file; escapes and other rules with @ could hide more. */
function isHarmless(value: string): boolean {
  const others = value.replaceAll(REFERENCE, "").replaceAll(SCHEME, "");
  if (/[\\@<]|\/\/|script:|data:/i.test(others)) return false;
  return [...others.matchAll(/([\w-]*)\s*\(/g)].every(({ 1: name = "" }) => FUNCTIONS.has(name.toLowerCase()));
}

/** What is drawn in the end, each reference followed; pictures of a few lines can ask for thousands of millions. */
function checkAmount(root: VectorElement): VectorProblem | undefined {
  const byId = new Map<string, VectorElement>();
  const styled: (readonly [string, number])[] = [];
  const collect = (element: VectorElement): void => {
    const id = element.attributes.get("id");
    if (id !== undefined && !byId.has(id)) byId.set(id, element);
    for (const child of element.children) {
      if (typeof child !== "string") collect(child);
    }
    if (element.name !== "style") return;
    for (const name of referencesIn(textOf(element))) styled.push([name, element.line]);
  };
  collect(root);
  for (const [name, line] of styled) {
    const target = byId.get(name);
    if (target !== undefined && !GRADIENTS.has(target.name)) {
      return { line, message: `refers in <style> to <${target.name}>, and only gradients are taken from there` };
    }
  }
  const counted = new Map<VectorElement, number>();
  const count = (element: VectorElement): number => {
    const known = counted.get(element);
    if (known !== undefined) return known;
    // Who leads back to itself is more than enough.
    counted.set(element, Infinity);
    let sum = 1;
    for (const child of element.children) if (typeof child !== "string") sum += count(child);
    for (const [name, value] of element.attributes) {
      const targets = name === "href" ? [value.slice(1)] : referencesIn(value);
      for (const target of targets) {
        const found = byId.get(target);
        if (found !== undefined) sum += count(found);
      }
    }
    counted.set(element, sum);
    return sum;
  };
  if (count(root) <= VECTOR_LIMITS.drawn) return undefined;
  return { line: root.line, message: `repeats itself into more than ${VECTOR_LIMITS.drawn} elements` };
}

const textOf = ({ children }: VectorElement): string => children.filter((child) => typeof child === "string").join("");

const referencesIn = (value: string): string[] => [...value.matchAll(REFERENCE)].map(({ 2: name = "" }) => name);

/** By `viewBox`, otherwise by width and height; undefined where neither gives a size that can be. */
function sizeOf({ attributes }: VectorElement): { width: number; height: number; viewBox: string } | undefined {
  const written = attributes.get("viewBox");
  const box = written?.split(/[\s,]+/).map(Number);
  const [x = 0, y = 0, width = NaN, height = NaN] = box ?? [
    0,
    0,
    pixels(attributes.get("width")),
    pixels(attributes.get("height")),
  ];
  if (box !== undefined && box.length !== 4) return undefined;
  if (!Number.isFinite(x) || !Number.isFinite(y) || !isPossible(width) || !isPossible(height)) return undefined;
  return { width: whole(width), height: whole(height), viewBox: [x, y, width, height].join(" ") };
}

const isPossible = (length: number): boolean => length > 0 && length <= VECTOR_LIMITS.pixels;
const whole = (length: number): number => Math.max(1, Math.round(length));
const pixels = (length: string | undefined): number => Number(/^([\d.]+)(?:px)?$/.exec(length ?? "")?.[1] ?? NaN);

function write({ name, attributes, children }: VectorElement): string {
  const head = `${name}${Array.from(attributes, ([key, value]) => ` ${key}="${escapeXml(value)}"`).join("")}`;
  if (children.length === 0) return `<${head}/>`;
  const inner = children.map((child) => (typeof child === "string" ? escapeXml(child) : write(child)));
  return `<${head}>${inner.join("")}</${name}>`;
}
