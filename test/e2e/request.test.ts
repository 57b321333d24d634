/** `npm run request` against a GitHub on loopback, with the real intake and drain on the other side. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { intake } from "../../action/src/commands/intake.ts";
import type { Receipt } from "../../action/src/generated/receipt.ts";
import { startTally } from "../../action/src/io/count.ts";
import { openLedger } from "../../action/src/io/destination.ts";
import { advanceReceipt, decodeReceipt, encodeReceipt, receiptName } from "../../action/src/model/receipt.ts";
import { readSecret } from "../../action/src/model/signed-message.ts";
import { noteUpload } from "../../action/src/steps/ledger.ts";
import { startGitHub } from "../fakes/github/server.ts";
import { openWorkplace } from "./workplace.ts";

const SECRET = `whsec_${Buffer.from("a secret of the tests, 32 bytes!").toString("base64")}`;
const ID = "0197f3a2-6c1e-7b6a-9d3e-2f1a5b7c9d10";

async function openPlatform() {
  const workplace = await openWorkplace();
  const github = await startGitHub("example/stores");
  github.state.tokens.set("secret-token", { login: "sender", permissions: { contents: "write" } });
  github.state.tokens.set("reader", { login: "reader", permissions: { contents: "read" } });
  const address = `file:${join(workplace.folder, "ledger")}`;
  const ledger = await openLedger(address, { log: () => {}, tally: startTally() });
  const environment = {
    WEBHOOK_SECRET: SECRET,
    GITHUB_TOKEN: "secret-token",
    GITHUB_REPOSITORY: "example/stores",
    GITHUB_API_URL: github.url,
    LEDGER: address,
  };
  return {
    ...workplace,
    github,
    environment,
    [Symbol.asyncDispose]: () => github[Symbol.asyncDispose](),
    request: (words: readonly string[], more: Readonly<Record<string, string>> = {}) =>
      workplace.start("request.ts", words, { ...environment, ...more }),
    /** What Intake does with the newest event. */
    takeIn: async () => {
      const { type, payload } = github.state.dispatches.at(-1) ?? {};
      const event = { action: type, client_payload: payload };
      return intake({
        event,
        keys: [readSecret(SECRET) ?? new Uint8Array()],
        ledger,
        clock: { now: () => Date.now() },
      });
    },
    advance: async (...[state, news]: [Receipt["state"], object?]) => {
      const held = await ledger.read(receiptName(ID));
      const receipt = held && advanceReceipt(decodeReceipt(ID, held.body), state, Date.now(), news);
      if (held === undefined || receipt === undefined) throw new Error(`${state} does not follow`);
      await ledger.write(noteUpload(receiptName(ID), encodeReceipt(receipt)), held.object.generation);
    },
  };
}

test("a store is asked for and followed by its id until it is live", async () => {
  await using platform = await openPlatform();
  const { request, write, github, takeIn, advance } = platform;
  await write("wanted/fernway.yaml", await platform.read("tenants/fernway.yaml"));
  await write("wanted/fernway/products.csv", "id,title\nCUP-1,Cup\n");
  await write("wanted/fernway/mug.png", "no text");
  const running = request(["upsert", "wanted/fernway.yaml", "--id", ID, "--wait", "--every", "0.05"]);
  await running.waitFor(/left here, because only text travels: mug\.png/);
  await running.waitFor(new RegExp(`request ${ID}: sent to example/stores as tenant.upsert for fernway`));
  await running.waitFor(/not taken in yet/);
  expect(await takeIn()).toMatchObject({ kind: "taken", requests: [{ requestId: ID, became: "kept" }] });
  await running.waitFor(/: accepted/);
  await advance("pull-request", { pullRequest: { number: 12, url: "https://git.example/pull/12" } });
  await running.waitFor(/: pull-request; https:\/\/git\.example\/pull\/12/);
  await advance("approved", { commit: "a".repeat(40) });
  await running.waitFor(/: approved/);
  await advance("live", { release: "r1", url: "https://fernway.example/" });
  const { code, stdout } = await running.ended;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ requestId: ID, state: "live", release: "r1", isFinal: true });
  const [sent] = github.state.dispatches as readonly { payload: { request: { body: string } } }[];
  expect(JSON.parse(sent?.payload.request.body ?? "")).toMatchObject({
    requests: [{ settings: { id: "fernway" }, files: { "products.csv": "id,title\nCUP-1,Cup\n" } }],
  });
});

test.each([
  { state: "refused", code: 1 },
  { state: "failed", code: 2 },
  { state: "superseded", code: 3 },
] as const)("a receipt that says $state ends with $code", async ({ state, code }) => {
  await using platform = await openPlatform();
  expect((await platform.request(["remove", "fernway", "--id", ID]).ended).code).toBe(0);
  await platform.takeIn();
  await platform.advance(state, { error: { code: "why", message: "because", hint: "do otherwise" } });
  const ended = await platform.request(["receipt", ID]).ended;
  expect(ended).toMatchObject({
    code,
    stderr: expect.stringContaining(`: ${state}; why: because; hint: do otherwise`) as unknown,
  });
});

test("prices come from a table; an empty cell says nothing, but of the sale price", async () => {
  await using platform = await openPlatform();
  await platform.write("prices.csv", "id;price;sale_price\nCUP-1;9.00 GBP;\nCUP-2;;5.00 GBP\n");
  const { code, stdout } = await platform.request(["patch", "fernway", "prices.csv", "--id", ID]).ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${ID}\n` });
  expect(await platform.takeIn()).toMatchObject({ requests: [{ became: "kept" }] });
  const { payload } = platform.github.state.dispatches[0] as { payload: { request: { body: string } } };
  expect((JSON.parse(payload.request.body) as { requests: object[] }).requests[0]).toMatchObject({
    products: [
      { id: "CUP-1", price: "9.00 GBP", sale_price: "" },
      { id: "CUP-2", sale_price: "5.00 GBP" },
    ],
  });
});

describe("what cannot be", () => {
  test.each([
    {
      name: "a file that is not there",
      words: ["upsert", "no.yaml"],
      code: 1,
      says: /no\.yaml .*\n {2}hint: check the path/,
    },
    { name: "too much for an event", words: ["upsert", "large.yaml"], code: 1, says: /GitHub takes 65535\n {2}hint: / },
    { name: "an id that is none", words: ["remove", "fernway", "--id", "x"], code: 1, says: /"x"/ },
    { name: "no amount", words: ["remove", "fernway", "--hours", "soon"], code: 64, says: /"soon" is no amount/ },
    {
      name: "no secret",
      words: ["remove", "fernway"],
      more: { WEBHOOK_SECRET: "" },
      code: 64,
      says: /WEBHOOK_SECRET is not set/,
    },
    {
      name: "a weak secret",
      words: ["remove", "fernway"],
      more: { WEBHOOK_SECRET: "whsec_" },
      code: 64,
      says: /hint: /,
    },
    {
      name: "a token that may not",
      words: ["remove", "fernway"],
      more: { GITHUB_TOKEN: "reader" },
      code: 2,
      says: /answered 403.*\n {2}hint: /,
    },
    {
      name: "no such repository",
      words: ["remove", "fernway", "--repository", "example/none"],
      code: 2,
      says: /answered 404.*\n {2}hint: /,
    },
    { name: "no receipt", words: ["receipt", ID], code: 4, says: /no receipt came.*\n {2}hint: .*Intake/ },
  ])("$name ends with $code and nothing is sent", async ({ words, more = {}, code, says }) => {
    await using platform = await openPlatform();
    await platform.write("large.yaml", "id: large\n");
    await platform.write("large/page.md", "x".repeat(70_000));
    const ended = await platform.request(words, more).ended;
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: "" });
    expect(ended.stderr).toMatch(says);
    expect(ended.stderr).not.toContain("secret-token");
    expect(platform.github.state.dispatches).toEqual([]);
  });
});
