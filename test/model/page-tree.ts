/** Pages of a site as trees, for tests that ask what a visitor would find in them. */
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import type { Site } from "../../action/src/model/site.ts";

/** An element with what tests ask of it. */
export interface PageElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** All text in it, white space as one space. */
  readonly text: string;
  /** Those in it, at any depth, in order: by tag, and by class. */
  readonly all: (tag: string, className?: string) => readonly PageElement[];
}

/** The page at a path of the site, parsed as a browser would, with scripts or without. Throws where there is none. */
export function pageAt(site: Site, path: string, { scripts = true } = {}): PageElement {
  const file = site.files.get(path);
  if (file === undefined) throw new Error(`no ${path} among ${[...site.files.keys()].join(" ")}`);
  return elementOf(parse(Buffer.from(file.body).toString(), { scriptingEnabled: scripts }));
}

/** The only element of the tag and class in it. Throws where there are none, or several. */
export function only(parent: PageElement, tag: string, className?: string): PageElement {
  const [first, ...others] = parent.all(tag, className);
  if (first === undefined || others.length > 0) {
    throw new Error(`${others.length + (first === undefined ? 0 : 1)} of ${tag}.${className ?? ""} in ${parent.tag}`);
  }
  return first;
}

type Parent = DefaultTreeAdapterTypes.Document | DefaultTreeAdapterTypes.Element;

function elementOf(node: Parent): PageElement {
  const attributes = "attrs" in node ? Object.fromEntries(node.attrs.map(({ name, value }) => [name, value])) : {};
  return {
    tag: node.nodeName,
    attributes,
    text: textOf(node).replaceAll(/\s+/g, " ").trim(),
    all: (tag, className) =>
      elementsIn(node)
        .filter((element) => element.tagName === tag)
        .map(elementOf)
        .filter(
          (element) => className === undefined || (element.attributes["class"] ?? "").split(" ").includes(className),
        ),
  };
}

const elementsIn = (node: Parent): DefaultTreeAdapterTypes.Element[] =>
  node.childNodes.flatMap((child) => ("tagName" in child ? [child, ...elementsIn(child)] : []));

const textOf = (node: Parent): string =>
  node.childNodes.map((child) => ("value" in child ? child.value : "tagName" in child ? textOf(child) : "")).join("");
