/** A receipt is looked at until it is final, or patience ends; by its name alone. */
import { expect, onTestFinished, test } from "vitest";
import { openReceipt, advanceReceipt, type Receipt } from "../../../action/src/model/receipt.ts";
import { followReceipt, openReceipts } from "../../../scripts/client/receipts.ts";
import { startFakeGcs } from "../../fakes/gcs/server.ts";

const ID = "0197f3a2-6c1e-7b6a-9d3e-2f1a5b7c9d10";
const request = { requestId: ID, type: "tenant.remove", tenant: "acme" } as const;
const accepted = openReceipt({ request, digest: "0".repeat(64), issuedAt: "2026-03-01T09:00:00Z" }, 0);
const approved = next(accepted, "approved");
const removed = next(approved, "removed");

function next(receipt: Receipt, state: Receipt["state"]): Receipt {
  const after = advanceReceipt(receipt, state, 0);
  if (after === undefined) throw new Error(`${state} does not follow ${receipt.state}`);
  return after;
}

/** Shows one answer after the other, the last for ever; time passes only by waiting. */
function world(answers: readonly (Receipt | undefined)[]) {
  let at = 0;
  let now = 0;
  const waits: number[] = [];
  const seen: string[] = [];
  return {
    waits,
    seen,
    read: async () => answers[Math.min(at++, answers.length - 1)],
    options: {
      everyMs: 10_000,
      patienceMs: 60_000,
      onChange: (receipt: Receipt | undefined) => void seen.push(receipt?.state ?? "none"),
      clock: {
        monotonic: () => now,
        sleep: async (ms: number) => {
          waits.push(ms);
          now += ms;
        },
      },
    },
  };
}

test("each state is told once, and the final one is given", async () => {
  const { read, options, seen, waits } = world([undefined, undefined, accepted, approved, approved, removed]);
  expect(await followReceipt(read, ID, options)).toBe(removed);
  expect(seen).toEqual(["none", "accepted", "approved", "removed"]);
  expect(waits).toEqual([10_000, 10_000, 10_000, 10_000, 10_000]);
});

test("patience ends with the receipt as it stands, after a last look", async () => {
  const { read, options, waits } = world([accepted]);
  expect(await followReceipt(read, ID, { ...options, patienceMs: 25_000 })).toBe(accepted);
  expect(waits).toEqual([10_000, 10_000, 5000]);
});

test("without patience it is one look", async () => {
  const { read, options, waits } = world([undefined]);
  expect(await followReceipt(read, ID, { ...options, patienceMs: 0 })).toBeUndefined();
  expect(waits).toEqual([]);
});

test("to who may only get, a receipt that is not there is 403, and to who may nothing at all it is an error", async () => {
  const gcs = await startFakeGcs();
  onTestFinished(() => gcs.close());
  const read = await openReceipts({ ledger: "gs://ledger", endpoint: gcs.url });
  gcs.faults.add("storage.objects.get", ["return-403", "return-401"]);
  expect(await read(ID)).toBeUndefined();
  await expect(read(ID)).rejects.toMatchObject({ name: "ClientError", code: "unreachable" });
  expect(gcs.faults.left()).toBe(0);
});
