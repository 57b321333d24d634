/** `npm run status` of what was really deployed, and of what waits. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { startTally } from "../../action/src/io/count.ts";
import { openLedger } from "../../action/src/io/destination.ts";
import { askedIn } from "../../action/src/model/request.ts";
import { appendRequest } from "../../action/src/steps/append-request.ts";
import { catalogOf, openWorkplace, settingsOf } from "./workplace.ts";

const ID = "0197f3a2-6c1e-7b6a-9d3e-2f1a5b7c9d10";
const LONG = "the-longest-name-that-a-store-may-have-x";

async function openFleet() {
  const workplace = await openWorkplace();
  const { folder, write, run } = workplace;
  await write(`tenants/${LONG}.yaml`, settingsOf(LONG, "Long"));
  await write(`tenants/${LONG}/products.csv`, catalogOf(3));
  expect((await run("provision.ts")).code).toBe(0);
  const ledger = await openLedger(`file:${join(folder, ".ledger")}`, { log: () => {}, tally: startTally() });
  const message = {
    schemaVersion: 1,
    issuedAt: "2026-03-01T09:00:00Z",
    expiresAt: "2026-03-01T10:00:00Z",
    requests: [
      { type: "tenant.remove", requestId: ID, tenant: "fernway" },
      { type: "tenant.upsert", requestId: ID.replace("0197", "0198"), tenant: "newcomer", settings: {} },
    ],
  } as const;
  for (const asked of askedIn({ ...message, requests: [...message.requests] }))
    await appendRequest(ledger, asked, { now: () => 0 });
  return workplace;
}

test("the fleet is a table that fits 80 columns", async () => {
  const { run } = await openFleet();
  const { code, stdout, stderr } = await run("status.ts");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines[0]).toMatch(/^STORE +STATE +RELEASE +PAGES +ITEMS +ASKED$/);
  expect(stdout).toMatch(/^fernway +live +[0-9a-f]{8} +\d+ +10 +1$/m);
  expect(stdout).toMatch(/^newcomer +new +- +- +- +1$/m);
  expect(stdout).toMatch(new RegExp(`^${LONG} +live +[0-9a-f]{8} +\\d+ +3$`, "m"));
  expect(stdout).toContain(`3 stores, 2 open requests\nfernway\n  ${ID} tenant.remove accepted\n`);
});

test("one store is told with its record", async () => {
  const { run } = await openFleet();
  const { code, stdout } = await run("status.ts", ["fernway"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^fernway\n {2}state {5}live\n {2}release {3}[0-9a-f]{16}\n {2}commit /);
  expect(stdout).toMatch(/^ {2}address {3}out\/fernway\/index\.html$/m);
  expect(stdout).toContain(`1 open request\n  ${ID} tenant.remove accepted\n`);
});

test("JSON is nothing but JSON", async () => {
  const { run } = await openFleet();
  const fleet = JSON.parse((await run("status.ts", ["--json"])).stdout) as { stores: { id: string }[] };
  expect(fleet.stores.map(({ id }) => id)).toEqual(["fernway", "newcomer", LONG]);
  const one: unknown = JSON.parse((await run("status.ts", ["fernway", "--json"])).stdout);
  expect(one).toMatchObject({ id: "fernway", state: "live", products: 10, requests: [{ requestId: ID }] });
});

test("a store that nobody knows ends with 1", async () => {
  const { run } = await openWorkplace();
  const { code, stderr } = await run("status.ts", ["acme"]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'error: the ledger knows no store "acme"\n  hint: npm run status shows those that it knows\n',
  });
});
