/** A comment's Markdown as GitHub shows it, near enough to look at: its styles, its tables and its alerts. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import markdownIt from "markdown-it";

const STYLES = createRequire(import.meta.url).resolve("github-markdown-css/github-markdown.css");

/** Beside the styles: the box that a comment stands in, and alerts as GitHub colours them. */
const BOX = `
body { margin: 0; padding: 16px; background: light-dark(#fff, #0d1117); color-scheme: light dark; }
article { box-sizing: border-box; max-width: 918px; margin: 0 auto; padding: 16px; border: 1px solid light-dark(#d1d9e0, #3d444d); border-radius: 6px; }
.markdown-body { font-size: 14px; }
@media (max-width: 600px) { body { padding: 8px; } }
`;

/** A page of its own. GitHub writes the same of it, but for what it takes out, which a comment has none of. */
export function commentPage(markdown: string): string {
  const html = markdownIt({ html: true }).render(markdown).replaceAll(ALERT, alert);
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Comment</title>
<style>${readFileSync(STYLES, "utf8")}${BOX}</style><article class="markdown-body">${html}</article>`;
}

const ALERT = /<blockquote>\s*<p>\[!(CAUTION|NOTE|WARNING)\]\n([\s\S]*?)<\/blockquote>/g;

const alert = (_: string, kind: string, inside: string): string =>
  `<div class="markdown-alert markdown-alert-${kind.toLowerCase()}"><p class="markdown-alert-title">${kind[0]}${kind.slice(1).toLowerCase()}</p><p>${inside}</div>`;
