/** A page that needs no template: what visitors see when there is no store to show. */
import { hash } from "node:crypto";
import { readableOn } from "./color.ts";
import { escapeHtml } from "./escape.ts";
import { directionOf } from "./message.ts";
import type { ClosedStore } from "./store.ts";

/** What a page without a template says; all of it is escaped. */
export interface PlainPage {
  /** BCP 47. */
  readonly language: string;
  /** The store's name. */
  readonly name: string;
  readonly title: string;
  /** Where it contains the link's text, that part becomes the link. */
  readonly text: string;
  readonly link: { readonly href: string; readonly text: string };
  readonly colors: ClosedStore["colors"];
  /** Set on a page that sends visitors on to its link, at once: the absolute address of that page, undefined where the store has none. */
  readonly forward?: { readonly canonical: string | undefined };
}

/**
 * A whole HTML document; search engines are told to keep out.
 *
 * A page that sends on names the other's address to them instead: they take an immediate refresh for a permanent
 * redirect, and "keep out" beside it would contradict that.
 */
export function plainPage(page: PlainPage): string {
  const style = styleOf(page.colors);
  const policy = `default-src 'none'; style-src 'sha256-${hash("sha256", style, "base64")}'; base-uri 'none'; form-action 'none'`;
  const link = `<a href="${escapeHtml(page.link.href)}">${escapeHtml(page.link.text)}</a>`;
  const { forward } = page;
  const refresh = forward && `<meta http-equiv="refresh" content="0; url=${escapeHtml(page.link.href)}">`;
  const crawling =
    forward?.canonical === undefined
      ? '<meta name="robots" content="noindex">'
      : `<link rel="canonical" href="${escapeHtml(forward.canonical)}">`;
  const at = page.text.indexOf(page.link.text);
  const text =
    at < 0
      ? `${escapeHtml(page.text)}</p>\n<p>${link}`
      : escapeHtml(page.text.slice(0, at)) + link + escapeHtml(page.text.slice(at + page.link.text.length));
  return `<!DOCTYPE html>
<html lang="${escapeHtml(page.language)}" dir="${directionOf(page.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
${refresh === undefined ? "" : `${refresh}\n`}${crawling}
<title>${escapeHtml(`${page.title} · ${page.name}`)}</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="name">${escapeHtml(page.name)}</p>
<h1>${escapeHtml(page.title)}</h1>
<p>${text}</p>
</main>
</body>
</html>
`;
}

function styleOf({ background, text, accent }: ClosedStore["colors"]): string {
  const ground = hexOr(background, "#ffffff");
  const ink = hexOr(text, readableOn(ground));
  return `body{margin:0;min-height:100vh;display:grid;place-items:center;background:${ground};color:${ink};font:1.0625rem/1.6 system-ui,sans-serif}main{max-width:34rem;padding:2rem;border-block-start:4px solid ${hexOr(accent, ink)}}h1{font-size:1.75rem;line-height:1.2;margin:0 0 1rem}.name{font-weight:600;margin:0 0 .5rem}a{color:inherit}`;
}

/** A record may be older than today's rules: nothing but a colour gets into the style. */
const hexOr = (color: string, fallback: string): string => (/^#[0-9a-fA-F]{6}$/.test(color) ? color : fallback);
