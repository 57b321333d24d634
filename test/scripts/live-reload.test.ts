import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { addReloadScript, withReloadScript } from "../../scripts/server/live-reload.ts";

const SCRIPT = '<script src="/.local/reload.js" data-release="0123abcd"></script>';
const page = (policy: string) =>
  `<!doctype html><head><meta http-equiv="Content-Security-Policy" content="${policy}"></head><body></body>`;

describe("the policy of a served copy", () => {
  test.each([
    {
      name: "gains what is missing",
      policy: "default-src 'none'; style-src 'self'",
      opened: "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'",
    },
    {
      name: "opens what is closed",
      policy: "script-src 'none'; connect-src 'none'",
      opened: "script-src 'self';connect-src 'self'",
    },
    {
      name: "keeps other sources",
      policy: "connect-src https://api.example; script-src 'self'",
      opened: "connect-src https://api.example 'self'; script-src 'self'",
    },
    {
      name: "stays where it is open",
      policy: "script-src 'self'; connect-src 'self'",
      opened: "script-src 'self'; connect-src 'self'",
    },
    {
      name: "may hold character references",
      policy: "script-src &#39;self&#39;; connect-src &#39;none&#39;",
      opened: "script-src 'self';connect-src 'self'",
    },
  ])("$name", ({ policy, opened }) => {
    expect(addReloadScript(page(policy), "0123abcd")).toBe(page(opened).replace("</head>", `${SCRIPT}</head>`));
  });
});

test("a page without a head gets the script at its end", () => {
  expect(addReloadScript("<p>Closed", "0123abcd")).toBe(`<p>Closed${SCRIPT}`);
});

describe("withReloadScript", () => {
  const reply = {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-encoding": "gzip",
      "cache-control": "public, max-age=60",
      etag: '"1"',
    },
    body: gzipSync(page("script-src 'self'")),
  };

  test("sends another text under other headers", () => {
    const copy = withReloadScript(reply, "0123abcd");
    expect(Buffer.from(copy.body).toString()).toContain(SCRIPT);
    expect(copy.headers).toEqual({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-length": String(copy.body.byteLength),
    });
  });

  test.each([
    { name: "a picture", changed: { headers: { "content-type": "image/png" } } },
    { name: "a reply without a body", changed: { body: new Uint8Array() } },
  ])("leaves $name alone", ({ changed }) => {
    const other = { ...reply, ...changed };
    expect(withReloadScript(other, "0123abcd")).toBe(other);
  });
});
