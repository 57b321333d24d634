/** Pages that are wrong on purpose: a tool that finds nothing in them would find nothing anywhere. */
import { hash } from "node:crypto";
import { memoryBucket } from "../../action/src/io/memory.ts";
import type { BucketReader } from "../../action/src/ports.ts";

/** Text that gzip cannot make smaller; always the same. */
const noise = (bytes: number): string => {
  let text = "";
  while (text.length < bytes) text += hash("sha256", `noise ${text.length}`, "hex");
  return text;
};

const page = (body: string, head = ""): string =>
  `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Bad on purpose</title>` +
  `<meta name="viewport" content="width=device-width, initial-scale=1">${head}</head><body>${body}</body></html>\n`;

/** Their HTML, by name. */
export const BAD_PAGES: Readonly<Record<string, string>> = {
  "inaccessible.html":
    "<!DOCTYPE html><html><head><title></title></head><body><img src=dot.svg><button></button><a href=/x></a>" +
    '<p style="color:#ccc;background:#fff">Too pale</p></body></html>',
  "malformed.html": page('<p id="same"><div id="same">One</p><b><i>Two</b></i><img src="dot.svg"><table><p></table>'),
  "heavy.html": page(
    `<p>${noise(90_000)}</p><script>/* ${noise(9_000)} */</script>${Array.from({ length: 30 }, (_, at) => `<img src="dot.svg?${at}" alt="" width="1" height="1">`).join("")}`,
    `<style>/* ${noise(13_000)} */</style>`,
  ),
  "wide.html": page(
    '<main><h1>Wide</h1><p style="width:2000px">Too wide</p>' +
      '<div style="width:50px;overflow:hidden"><p style="white-space:nowrap">Cut in the middle of this sentence</p></div></main>',
  ),
  "nosy.html": page(
    '<main><h1>Nosy</h1></main><img src="http://elsewhere.localhost:9/pixel.gif" alt="">' +
      '<script>console.error("oops");document.cookie="seen=1";localStorage.setItem("seen","1")</script>',
  ),
  "blocked.html": page(
    '<main><h1>Blocked</h1></main><script>document.title = "ran"</script>',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`,
  ),
  "dead.html": page(
    '<main><h1>Dead</h1><a href="#">Nowhere</a><a href="#missing">Missing</a><button type="button">Nothing</button>' +
      '<label><input type="checkbox"> No effect</label><select aria-label="Sort"><option>A<option>B</select>' +
      '<form method="get"><input name="q" aria-label="Search"><button>Same page</button></form>' +
      '<form method="post"><input name="p" aria-label="Post"><button>No server</button></form></main>',
  ),
  "empty.html": page(
    '<main id="main"></main><script>document.getElementById("main").innerHTML = "<h1>Only with scripts</h1>"</script>',
  ),
  "unmarked.html": page(
    '<main><h1>Unmarked</h1><a href="/one">No ring</a> <div style="overflow:hidden;width:6rem"><a class="ring" href="/two">Clipped</a></div><p><a class="ring" href="/three">Marked</a></main>',
    "<style>a{outline:none;display:block}.ring:focus{outline:3px solid;outline-offset:4px}</style>",
  ),
  "no-menu.html": page(
    '<header><button type="button" aria-expanded="false">Menu</button><nav><ul hidden><li><a href="/a">A</a></li></ul></nav></header><main><h1>No menu</h1></main>',
  ),
  "slow.html": page(
    '<main><h1 id="title">Slow</h1><img src="dot.svg"><p>Text</p></main>' +
      // Only what keeps a visitor waiting who already sees the page is blocking time.
      "<script>const block = () => { const until = performance.now() + 3000; while (performance.now() < until); };" +
      "requestAnimationFrame(() => setTimeout(block, 100));" +
      'setTimeout(() => title.insertAdjacentHTML("beforebegin", "<div style=height:400px>Late</div>"), 200)</script>',
    '<meta name="robots" content="noindex">',
  ),
};

/** A bucket with all of them, by name. */
export async function badPagesBucket(): Promise<BucketReader> {
  const bucket = memoryBucket();
  const files = [
    ...Object.entries(BAD_PAGES).map(([name, text]) => ({ name, text, contentType: "text/html; charset=utf-8" })),
    {
      name: "dot.svg",
      text: '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
      contentType: "image/svg+xml",
    },
  ];
  for (const { name, text, contentType } of files) {
    const body = Buffer.from(text);
    await bucket.write({ name, body, contentType, cacheControl: "no-store", contentEncoding: "", metadata: {} }, "0");
  }
  return bucket;
}
