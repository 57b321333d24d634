/** The elements of a parsed page, for tests that ask what it says. */
import type { DefaultTreeAdapterTypes } from "parse5";

/** An element with what stands directly in it. */
interface PageElement {
  readonly attributes: ReadonlyMap<string, string>;
  readonly text: string;
}

/** All elements of a name, in the order of the page. */
export function elementsNamed(node: DefaultTreeAdapterTypes.ParentNode, name: string): readonly PageElement[] {
  return node.childNodes.flatMap((child) => {
    if (!("tagName" in child)) return [];
    const own =
      child.tagName === name
        ? [
            {
              attributes: new Map(child.attrs.map((attribute) => [attribute.name, attribute.value])),
              text: child.childNodes.map((one) => ("value" in one ? one.value : "")).join(""),
            },
          ]
        : [];
    return [...own, ...elementsNamed(child, name)];
  });
}
