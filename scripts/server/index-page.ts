/** The page that lists the stores of the local server. */
import { hash } from "node:crypto";
import { escapeHtml } from "../../action/src/model/escape.ts";
import { addReloadScript } from "./live-reload.ts";
import type { LocalStore } from "./local-store.ts";

/** The page as it is sent. */
interface IndexPage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Changes exactly when the page does; empty as that of a store which is not there. */
  readonly release: string;
}

/** `missing` is the host that was asked for where no store answers to it: its page reloads once one does. */
export function renderIndexPage(stores: readonly LocalStore[], port: number, missing?: string): IndexPage {
  const style = STYLE + stores.map((store, index) => styleOf(store, index)).join("");
  const title = missing === undefined ? countOf(stores) : `No store at ${missing}`;
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} · Store Provisioning</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header>
<p>Store Provisioning</p>
<h1>${escapeHtml(title)}</h1>
<p>${missing === undefined ? INTRODUCTION : "These are the stores that this server has:"}</p>
</header>
<main>
<ul>
${stores.map((store, index) => cardOf(store, index, port)).join("\n")}
</ul>
</main>
</body>
</html>
`;
  const release = missing === undefined ? hash("sha256", html).slice(0, 16) : "";
  return {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": `default-src 'none'; img-src data:; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-src http://*.localhost:${port}; style-src 'sha256-${hash("sha256", style, "base64")}'`,
    },
    body: Buffer.from(addReloadScript(html, release)),
    release,
  };
}

const INTRODUCTION =
  "Edit a file in <code>tenants/</code> or <code>templates/</code>: its stores are provisioned again and open pages reload.";

const countOf = (stores: readonly LocalStore[]): string =>
  stores.length === 1 ? "1 store" : `${stores.length} stores`;

/** The picture of a store is its own page, seen from afar: it runs no script, and loads only once it comes into view. */
function cardOf(store: LocalStore, index: number, port: number): string {
  const host = `${store.id}.localhost${port === 80 ? "" : `:${port}`}`;
  const name = escapeHtml(store.name);
  const isServed = store.bucket !== undefined;
  const picture = `<iframe src="http://${host}/" loading="lazy" sandbox="allow-same-origin" tabindex="-1" inert title=""></iframe>`;
  return `<li class="store-${index}">
<div class="picture" aria-hidden="true">${isServed ? picture : ""}</div>
<h2>${isServed ? `<a href="http://${host}/">${name}</a>` : name}</h2>
<p class="address">${isServed ? host : escapeHtml(store.id)}</p>
<p class="status" data-status="${store.status}"><strong>${store.status}</strong> ${escapeHtml(store.note)}</p>
</li>`;
}

/** The store's own colours on its own card. They are six-digit hex, checked where they were written. */
function styleOf(store: LocalStore, index: number): string {
  if (store.colors === undefined) return "";
  const { background, text, accent } = store.colors;
  return `.store-${index}{--background:${background};--text:${text};--accent:${accent}}\n`;
}

const STYLE = `
*{box-sizing:border-box}
body{margin:0 auto;max-width:80rem;padding:clamp(1.25rem,5vw,4rem) clamp(1rem,4vw,3rem) 4rem;font:1rem/1.5 system-ui,sans-serif;color:#1c1b1a;background:#f6f5f2}
header{margin-block-end:2.5rem}
header p{margin:0;max-width:42rem;color:#5c5955;text-wrap:pretty}
h1{margin:.25rem 0 .5rem;font-size:clamp(2rem,6vw,3.25rem);line-height:1.1;letter-spacing:-.02em;overflow-wrap:anywhere}
code{font:.95em ui-monospace,monospace}
ul{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:1.5rem;margin:0;padding:0;list-style:none}
li{--background:#fff;--text:#1c1b1a;--accent:#77736d;position:relative;display:flex;flex-direction:column;overflow:hidden;padding:0 1.25rem 1.25rem;border-radius:.75rem;color:var(--text);background:var(--background);box-shadow:0 0 0 1px #0001,0 .5rem 1.5rem -.75rem #0004;transition:translate .15s}
li:has(a:hover){translate:0 -.2rem}
.picture{position:relative;overflow:hidden;aspect-ratio:16/10;margin:0 -1.25rem 1.125rem;border-block-end:.25rem solid var(--accent);background:repeating-linear-gradient(135deg,#8881 0 .75rem,#8882 .75rem 1.5rem)}
iframe{position:absolute;inset:0;width:400%;height:400%;border:0;scale:.25;transform-origin:0 0;pointer-events:none}
h2{margin:0;font-size:1.375rem;line-height:1.2;overflow-wrap:anywhere}
a{color:inherit;text-decoration-color:var(--accent);text-underline-offset:.2em}
a::after{content:"";position:absolute;inset:0;border-radius:inherit}
a:focus-visible{outline:none}
li:has(a:focus-visible){outline:3px solid #2563c9;outline-offset:3px}
.address{margin:.25rem 0 1rem;font:.8125rem/1.5 ui-monospace,monospace;overflow-wrap:anywhere}
.status{margin:auto 0 0;font-size:.9375rem;overflow-wrap:anywhere}
.status strong{padding:.1em .5em;border-radius:.3em;font-weight:600;box-shadow:inset 0 0 0 1px currentColor}
.status[data-status=invalid] strong,.status[data-status=failed] strong,.status[data-status=refused] strong,.status[data-status=busy] strong{color:#fff;background:#a4161a;box-shadow:none}
@media (prefers-color-scheme:dark){body{color:#efedea;background:#171615}header p{color:#aaa69f}li{--background:#242220;--text:#efedea}li:has(a:focus-visible){outline-color:#8ab8ff}}
@media (prefers-reduced-motion:reduce){li{transition:none}}
`;
