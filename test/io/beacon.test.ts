/** Which release a store's address is believed to show, by answers that no network gives. */
import { expect, test } from "vitest";
import { releaseAt } from "../../action/src/io/beacon.ts";

const STORE = "https://shop.acme.example/";
const BEACON = `${STORE}.well-known/storefront.json`;
const IN_BUCKET = "https://storage.googleapis.com/shop.acme.example/.well-known/storefront.json";

const failing = (code: string) => () =>
  Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) }));
const says = (release: string) => () => Promise.resolve(Response.json({ release }));

/** A network in which only these addresses are known. */
function network(answers: Readonly<Record<string, () => Promise<Response>>>) {
  const asked: string[] = [];
  const ask = (address: Parameters<typeof fetch>[0]): Promise<Response> => {
    const place = address instanceof Request ? address.url : String(address);
    asked.push(place);
    return (answers[place] ?? failing("ENOTFOUND"))();
  };
  return { ask, asked };
}

test("is what the address itself says", async () => {
  const { ask, asked } = network({ [BEACON]: says("new"), [IN_BUCKET]: says("old") });
  expect(await releaseAt(STORE, ask)).toBe("new");
  expect(asked).toEqual([BEACON]);
});

test("is what the bucket holds as long as the domain has no record", async () => {
  expect(await releaseAt(STORE, network({ [IN_BUCKET]: says("new") }).ask)).toBe("new");
  expect(await releaseAt(STORE, network({}).ask)).toBeUndefined();
});

test.each([
  ["answers with another page", () => Promise.resolve(new Response("no", { status: 404 }))],
  ["answers with no JSON", () => Promise.resolve(new Response("<html>"))],
  ["answers with more than a beacon", says("x".repeat(5000))],
  ["refuses the connection", failing("ECONNREFUSED")],
  ["has another's certificate", failing("ERR_TLS_CERT_ALTNAME_INVALID")],
])("is none where the address %s: its visitors get something else than the bucket", async (_what, answer) => {
  const { ask, asked } = network({ [BEACON]: answer, [IN_BUCKET]: says("new") });
  expect(await releaseAt(STORE, ask)).toBeUndefined();
  expect(asked).toEqual([BEACON]);
});

test("is none at an address without TLS, which is not asked", async () => {
  const { ask, asked } = network({});
  expect(await releaseAt("http://127.0.0.1:4443/stores/acme/index.html", ask)).toBeUndefined();
  expect(asked).toEqual([]);
});
