/** What does not fit: pages wider than the window, text that is cut. */
import type { Page } from "playwright-core";

/** One line for each fault at the page's present width. Text that a visitor can scroll to, or only hear, is no fault. */
export function findOverflow(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found = new Set<string>();
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.add(`the page is ${root.scrollWidth} px wide`);

    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) {
      const element = text.parentElement;
      if (element === null || text.textContent?.trim() === "" || !isSeen(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const fault = faultOf(range.getBoundingClientRect(), element);
      if (fault !== undefined) found.add(`${fault}: "${text.textContent?.trim().slice(0, 60)}"`);
    }
    for (const element of document.querySelectorAll("img, input, select, textarea, button, a, video, table")) {
      if (!isSeen(element)) continue;
      const box = element.getBoundingClientRect();
      if (isOutside(box, element)) found.add(`outside the window: ${element.outerHTML.slice(0, 100)}`);
    }
    return [...found];

    function isSeen(element: Element): boolean {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
      for (let parent: Element | null = element; parent !== null; parent = parent.parentElement) {
        const { clipPath, clip, position } = getComputedStyle(parent);
        const { width, height } = parent.getBoundingClientRect();
        // The usual ways of keeping text for those who listen.
        const isCut = clipPath.startsWith("inset(") || clip.startsWith("rect(");
        if (position === "absolute" && (isCut || (width <= 1 && height <= 1))) return false;
        if (isOffCanvas(parent)) return false;
      }
      return true;
    }

    /** A drawer or skip link that waits wholly outside of the window until it is wanted. */
    function isOffCanvas(element: Element): boolean {
      const { position } = getComputedStyle(element);
      const { left, right, bottom } = element.getBoundingClientRect();
      const isAway = right <= 0 || left >= root.clientWidth || bottom + scrollY <= 0;
      return isAway && (position === "fixed" || position === "absolute");
    }

    function faultOf(box: DOMRect, from: Element): string | undefined {
      if (isOutside(box, from)) return "outside the window";
      for (
        let parent: Element | null = from;
        parent !== null && parent !== document.body;
        parent = parent.parentElement
      ) {
        const { overflowX, display, contentVisibility } = getComputedStyle(parent);
        if (display === "inline") continue;
        if (overflowX === "auto" || overflowX === "scroll") return undefined;
        if (overflowX !== "hidden" && overflowX !== "clip" && contentVisibility !== "auto") continue;
        const frame = parent.getBoundingClientRect();
        if (box.left < frame.left - 1 || box.right > frame.right + 1) return `cut by <${parent.localName}>`;
      }
      return undefined;
    }

    function isOutside({ left, right }: DOMRect, element: Element): boolean {
      if (left >= -1 && right <= root.clientWidth + 1) return false;
      for (let parent: Element | null = element; parent !== null; parent = parent.parentElement) {
        const { overflowX } = getComputedStyle(parent);
        if (parent !== root && parent !== document.body && (overflowX === "auto" || overflowX === "scroll"))
          return false;
      }
      return true;
    }
  });
}
