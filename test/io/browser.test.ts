/** Chromium as it is installed here; without one, only that it is missed. */
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PNG } from "pngjs";
import { describe, expect, it, onTestFinished } from "vitest";
import { openBrowser } from "../../action/src/io/browser.ts";
import type { PageView } from "../../action/src/ports.ts";

const PROGRAM = process.env["CHROMIUM"] || "/usr/bin/chromium";
const isThere = existsSync(PROGRAM);
if (!isThere) process.stderr.write(`no pictures are taken here: there is no ${PROGRAM}; CHROMIUM may name another\n`);

const site = (files: Readonly<Record<string, readonly [contentType: string, body: string]>>): PageView["fileAt"] => {
  return (path) => {
    const [contentType, body] = files[path] ?? [];
    return contentType === undefined ? undefined : { contentType, body: Buffer.from(body ?? "") };
  };
};

const page = (body: string): readonly [string, string] => [
  "text/html; charset=utf-8",
  `<!doctype html><title>A page</title><link rel="stylesheet" href="/assets/style.css"><body>${body}`,
];

const STYLE = ["text/css", "body { margin: 0 } p { height: 900px; margin: 0; background: #00ff00 }"] as const;

async function open(limits = {}) {
  const browser = await openBrowser(PROGRAM, limits);
  onTestFinished(() => browser.close());
  return browser;
}

it("says that it is not there", async () => {
  await expect(openBrowser("/no/such/program")).rejects.toMatchObject({ name: "BrowserError", code: "missing" });
});

it.runIf(existsSync("/bin/false"))("says that it ended before it did anything", async () => {
  const browser = await openBrowser("/bin/false");
  onTestFinished(() => browser.close());
  await expect(
    browser.photograph({ fileAt: site({ "index.html": page("") }), page: "index.html", width: 360 }),
  ).rejects.toMatchObject({ name: "BrowserError", code: "failed" });
});

describe.runIf(isThere)("with a browser", () => {
  it("sees the whole page at its width, twice the same", async () => {
    const browser = await open();
    const fileAt = site({ "index.html": page("<p></p><p></p>"), "assets/style.css": STYLE });
    const pictures = await Promise.all(
      [360, 1280, 360].map((width) => browser.photograph({ fileAt, page: "index.html", width })),
    );
    const [phone, desk] = pictures.map((bytes) => PNG.sync.read(Buffer.from(bytes)));
    expect([phone?.width, phone?.height, desk?.width]).toEqual([360, 1800, 1280]);
    expect([...(phone?.data.subarray(0, 4) ?? [])]).toEqual([0, 255, 0, 255]);
    expect(Buffer.compare(pictures[0] ?? Buffer.of(), pictures[2] ?? Buffer.of())).toBe(0);
  });

  it("reaches nothing but the files of the site", async () => {
    const asked: string[] = [];
    const server = createServer(({ url = "" }, response) => {
      asked.push(url);
      response.end();
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    onTestFinished(() => void server.close());
    const outside = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const script = `
      fetch("http://${outside}/fetched").catch(() => {});
      new WebSocket("ws://${outside}/socket");
      navigator.sendBeacon("http://${outside}/beacon");`;
    const browser = await open();
    await browser.photograph({
      fileAt: site({
        "shop/index.html": page(`<img src="http://${outside}/picture.png"><script>${script}</script>`),
      }),
      page: "shop/index.html",
      width: 360,
    });
    expect(asked).toEqual([]);
  });

  it("is ended where a page never does", async () => {
    const browser = await open({ pictureMs: 1_500 });
    const fileAt = site({ "index.html": page("<script>for (;;);</script>") });
    await expect(browser.photograph({ fileAt, page: "index.html", width: 360 })).rejects.toMatchObject({
      name: "BrowserError",
      code: "slow",
    });
  });
});
