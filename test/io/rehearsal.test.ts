/** A rehearsal sees the world and its own writes on top, and the world sees none of them. */
import { expect, test } from "vitest";
import { memoryBucket } from "../../action/src/io/memory.ts";
import { rehearseBucket, rehearseDrain } from "../../action/src/io/rehearsal.ts";
import { BucketError } from "../../action/src/ports.ts";
import { noteUpload } from "../../action/src/steps/ledger.ts";

const upload = (name: string, text: string) => noteUpload(name, Buffer.from(text));

async function openBoth() {
  const bucket = memoryBucket();
  for (const name of ["a.json", "b.json", "c.json"]) await bucket.write(upload(name, name), "0");
  const before = bucket.contents();
  const rehearsed = rehearseBucket(bucket);
  const names = async (prefix = "") => (await rehearsed.list({ prefix })).map(({ name }) => name);
  const textOf = async (name: string) => Buffer.from((await rehearsed.read(name))?.body ?? []).toString();
  return { bucket, before, rehearsed, names, textOf };
}

test("what was written is read and listed, and is nowhere", async () => {
  const { bucket, before, rehearsed, names, textOf } = await openBoth();
  const { generation } = await rehearsed.write(upload("bb.json", "new"), "0");
  await rehearsed.write(upload("c.json", "changed"), "3");
  await rehearsed.remove("a.json", "1");
  expect(await names()).toEqual(["b.json", "bb.json", "c.json"]);
  expect(await names("bb")).toEqual(["bb.json"]);
  expect([await textOf("a.json"), await textOf("b.json"), await textOf("bb.json"), await textOf("c.json")]).toEqual([
    "",
    "b.json",
    "new",
    "changed",
  ]);
  expect((await rehearsed.list({ prefix: "bb" }))[0]?.generation).toBe(generation);
  expect(bucket.contents()).toEqual(before);
});

test("what was removed can be written again, but not be removed twice", async () => {
  const { rehearsed, names } = await openBoth();
  await rehearsed.remove("a.json", "1");
  await expect(rehearsed.remove("a.json", "1")).rejects.toThrow(BucketError);
  await rehearsed.write(upload("a.json", "again"), "0");
  expect(await names("a")).toEqual(["a.json"]);
});

test("a drain asks GitHub what is, and says what it would do", async () => {
  const said: string[] = [];
  const never = () => Promise.reject(new Error("this is no rehearsal"));
  const places = rehearseDrain(
    {
      ledger: memoryBucket(),
      proposals: {
        propose: never,
        withdraw: never,
        merge: never,
        contentOf: async () => ({ commit: "b".repeat(40), paths: ["tenants/acme.yaml"] }),
        isGreen: async () => true,
        listOpen: async () => [{ number: 7, branch: "requests/acme" }],
        stateOf: async (number) => ({ state: number === 7 ? "open" : "closed", commit: null }),
      },
      callbacks: { post: never },
    },
    (line) => void said.push(line),
  );
  const files = new Map([["tenants/acme.yaml", null]]);
  await places.proposals.propose({ branch: "requests/acme", base: "a".repeat(40), files, title: "", body: "" });
  await places.proposals.withdraw(7);
  expect(await places.proposals.merge(7, "b".repeat(40), "")).toBe("b".repeat(40));
  expect(await places.proposals.contentOf(7)).toMatchObject({ commit: "b".repeat(40) });
  expect(await places.proposals.listOpen("requests/")).toHaveLength(1);
  expect(await places.proposals.isGreen("b".repeat(40))).toBe(true);
  await places.callbacks.post(new URL("https://hooks.example/x"), {
    id: "msg_1",
    timestamp: "",
    signature: "",
    body: "",
  });
  expect((await places.proposals.stateOf(7)).state).toBe("open");
  expect(said).toEqual([
    "would ask by a pull request of requests/acme for tenants/acme.yaml",
    "would close pull request 7",
    "would merge pull request 7",
    "would send msg_1 to hooks.example",
  ]);
});
