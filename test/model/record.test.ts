import { expect, it } from "vitest";
import { decodeFleetHead, encodeFleetHead } from "../../action/src/model/fleet-head.ts";
import { decodeIntent, encodeIntent, isExpired } from "../../action/src/model/intent.ts";
import {
  decodeRecord,
  encodeRecord,
  recordMetadata,
  summarizeRecord,
  type ReleaseRecord,
} from "../../action/src/model/record.ts";
import { closedStore } from "../crash/fleet.ts";

const record: ReleaseRecord = {
  tenant: "acme",
  release: "0123456789abcdef",
  fingerprint: "f",
  commit: "c",
  state: "live",
  url: "https://acme.example/",
  host: "acme.example",
  hosts: ["acme.example", "www.acme.example"],
  pages: 29,
  products: 12,
  closed: closedStore("acme"),
  files: new Map([["index.html", { kind: "page", identity: "i", generation: "9007199254740993" }]]),
  previous: [{ release: "r0", at: 12, assets: ["assets/a.css"] }],
};

it("gives a record back as it was, generations beyond 2^53 included", () => {
  expect(decodeRecord("acme", encodeRecord(record))).toEqual(record);
  expect(summarizeRecord({ metadata: recordMetadata(record) })).toEqual({
    fingerprint: "f",
    state: "live",
    release: "0123456789abcdef",
    host: "acme.example",
    hosts: ["acme.example", "www.acme.example"],
    pages: 29,
    products: 12,
    files: 1,
  });
});

it("gives a store without domains back", () => {
  const bare = { ...record, host: null, hosts: [], commit: null };
  expect(decodeRecord("acme", encodeRecord(bare))).toEqual(bare);
  expect(summarizeRecord({ metadata: recordMetadata(bare) })).toMatchObject({ host: null, hosts: [] });
});

const text = new TextDecoder().decode(encodeRecord(record));
const whole = JSON.parse(text) as Record<string, unknown>;

it.each(Object.keys(whole))("refuses a record whose %s is something else", (key) => {
  for (const wrong of [undefined, 7.5, [7], { a: 7 }]) {
    const body = Buffer.from(JSON.stringify({ ...whole, [key]: wrong }));
    expect(() => decodeRecord("acme", body), JSON.stringify(wrong)).toThrow(
      /^tenants\/acme\/record\.json in the ledger /,
    );
  }
});

it.each(["", "{", "null", "[]", '"text"', "\u{0}", '{"schema":2}'])("refuses %j as any object of the ledger", (bad) => {
  const body = Buffer.from(bad);
  for (const decode of [
    () => decodeRecord("acme", body),
    () => decodeIntent("acme", body),
    () => decodeFleetHead(body),
  ]) {
    expect(decode).toThrow(
      expect.objectContaining({ code: "corrupt", hint: expect.stringContaining("restore") as string }),
    );
  }
});

it("refuses another tenant's record and intent", () => {
  expect(() => decodeRecord("other", encodeRecord(record))).toThrow('is about "acme"');
  const intent = encodeIntent({ tenant: "acme", run: "r", commit: null, host: null, begun: [], leaseMs: 1 });
  expect(() => decodeIntent("other", intent)).toThrow('is about "acme"');
});

it.each([{}, { "storefront-fingerprint": "f" }, { ...recordMetadata(record), "storefront-state": "gone" }])(
  "makes no summary of %j",
  (metadata: Record<string, string>) => {
    expect(summarizeRecord({ metadata })).toBeUndefined();
  },
);

it("gives intents and fleet heads back", () => {
  const intent = { tenant: "acme", run: "r", commit: "c", host: "acme.example", begun: ["a.example"], leaseMs: 90_000 };
  expect(decodeIntent("acme", encodeIntent(intent))).toEqual(intent);
  expect(decodeFleetHead(encodeFleetHead({ commit: "c", run: "r" }))).toEqual({ commit: "c", run: "r" });
});

it.each([
  [90_000, 120_000, false],
  [90_000, 120_001, true],
  [0, 0, true],
])("an intent of %i ms is over at %i: %s", (leaseMs, now, over) => {
  expect(
    isExpired({ tenant: "acme", run: "r", commit: null, host: null, begun: [], leaseMs }, { updated: 0 }, now),
  ).toBe(over);
});
