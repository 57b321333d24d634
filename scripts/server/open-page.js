/*
 * Runs in the pages that the local server serves: follows the files behind the page.
 * Another release reloads it; what is wrong with the files stands over it until it is mended. Built from nodes and text,
 * so that no word of a file can become markup, and styled through an object, which no policy of a page forbids.
 */
"use strict";
{
  const { release } = document.currentScript.dataset;
  const banner = document.createElement("aside");
  banner.setAttribute("role", "alert");
  const root = banner.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host{all:initial;position:fixed;z-index:2147483647;inset:auto .75rem .75rem;display:flex;justify-content:center;pointer-events:none}
    details{box-sizing:border-box;width:100%;max-width:56rem;max-height:60vh;overflow:auto;pointer-events:auto;border-radius:.75rem;border-inline-start:.5rem solid #ff6b61;padding:.875rem 1.125rem;font:15px/1.5 system-ui,sans-serif;color:#fff;background:#221716;box-shadow:0 .5rem 2rem #0008}
    summary{font-weight:600;cursor:pointer}
    summary:focus-visible{outline:2px solid #ffb4ae;outline-offset:.25rem}
    p,ol{margin:.25rem 0 0;padding:0;color:#d9c9c7}
    ol{list-style:none}
    li{margin-block-start:.75rem;padding-block-start:.75rem;border-block-start:1px solid #ffffff26;color:#fff;overflow-wrap:anywhere}
    code{display:block;font:13px/1.5 ui-monospace,monospace;color:#ffb4ae}
    @media print{:host{display:none}}
  `);
  root.adoptedStyleSheets = [style];

  // oxlint-disable-next-line unicorn/consistent-function-scoping -- outside of the block is the page's own scope
  const make = (name, ...children) => {
    const element = document.createElement(name);
    element.append(...children);
    return element;
  };

  const show = (problems) => {
    if (problems.length === 0) return banner.remove();
    const items = problems.map(({ place, message, hint }) =>
      make("li", make("code", place), message, ...(hint === "" ? [] : [make("p", hint)])),
    );
    const title = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const details = make(
      "details",
      make("summary", title),
      make("p", "The last good version stays until the files are mended."),
      make("ol", ...items),
    );
    details.open = true;
    root.replaceChildren(details);
    document.documentElement.append(banner);
  };

  new EventSource("/.local/events").addEventListener("message", ({ data }) => {
    const now = JSON.parse(data);
    if (now.release === release) show(now.problems);
    else location.reload();
  });
}
