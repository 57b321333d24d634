/** `deploy.yml`, run against a Google Cloud Storage on this machine. */
import { afterAll, expect, test } from "vitest";
import { emptied, runWorkflow, type Run } from "./act.ts";
import { outcomeOf, reportOf, statusesOf } from "./outcome.ts";
import { openStage } from "./stage.ts";
import { BROKEN, EXAMPLES, GOOD } from "./tenants.ts";

interface StoredObject {
  readonly name: string;
  readonly generation: string;
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

const { repository, storage, deployAt, close } = await openStage();
afterAll(close);
const first = repository.commit("Nothing yet", {});

test("a deploy job that does nothing is noticed", async () => {
  const run = await runWorkflow({ ...deployAt(first), edit: emptied });
  expect(run.exitCode).toBe(0);
  expect(outcomeOf(run, "Deploy", EXAMPLES)).not.toEqual(deployed("created"));
  expect(await objects("stores")).toEqual([]);
});

test("a push to main puts every store into the bucket", async () => {
  const run = await runWorkflow(deployAt(first));
  expect(outcomeOf(run, "Deploy", EXAMPLES)).toEqual(deployed("created"));
  const stored = await objects("stores");
  for (const id of EXAMPLES) {
    const home = stored.find(({ name }) => name === `${id}/index.html`);
    expect(home).toMatchObject({
      contentType: "text/html; charset=utf-8",
      cacheControl: expect.stringContaining("max-age=") as string,
    });
    expect(Object.values(home?.metadata ?? {})).toContain(id);
    expect(stored.map(({ name }) => name)).toContain(`${id}/.well-known/storefront.json`);
    expect(stored.map(({ name }) => name)).toContain(`${id}/404.html`);
  }
  expect(new Set(stored.map(({ name }) => name.split("/")[0]))).toEqual(new Set(EXAMPLES));
  expect((await objects("ledger")).length).toBeGreaterThanOrEqual(EXAMPLES.length);
  expect(run.steps.get("Deploy")?.commands.map(({ name }) => name)).toContain("add-mask");
  expect(groupsOf(run)).toEqual(
    expect.arrayContaining([...EXAMPLES].map((id) => expect.stringContaining(id) as string)),
  );
});

test("the hourly run after it writes nothing", async () => {
  const before = [await objects("stores"), await objects("ledger")];
  const run = await runWorkflow({
    ...deployAt(first),
    event: { name: "schedule", payload: { schedule: "17 * * * *" } },
  });
  expect(outcomeOf(run, "Deploy", EXAMPLES)).toEqual({ ...deployed("unchanged"), changed: "0", inSummary: false });
  expect(run.steps.get("Deploy")?.summary).toContain("unchanged");
  expect(reportOf(run)?.requests).toMatchObject({ write: 0, delete: 0 });
  expect([await objects("stores"), await objects("ledger")]).toEqual(before);
});

test("a broken tenant on main blocks itself only, and an older commit changes nothing afterwards", async () => {
  repository.checkOut("main");
  const newer = repository.commit("Add two stores", { [GOOD.path]: GOOD.text, [BROKEN.path]: BROKEN.text });
  const run = await runWorkflow(deployAt(newer));
  expect(run.steps.get("Deploy")).toMatchObject({
    result: "failure",
    exitCode: 1,
    outputs: { conclusion: "invalid", changed: "1" },
  });
  expect(statusesOf(run)).toMatchObject({
    [GOOD.id]: "created",
    [BROKEN.id]: "invalid",
    [EXAMPLES[0] ?? ""]: "unchanged",
  });
  const stored = await objects("stores");
  expect(stored.map(({ name }) => name)).toContain(`${GOOD.id}/index.html`);
  expect(stored.filter(({ name }) => name.startsWith(BROKEN.id))).toEqual([]);

  const older = await runWorkflow(deployAt(first));
  expect(older.steps.get("Deploy")).toMatchObject({
    result: "success",
    outputs: { conclusion: "superseded", changed: "0" },
  });
  expect(await objects("stores")).toEqual(stored);
});

function deployed(status: string): Readonly<Record<string, unknown>> {
  const tenants = EXAMPLES.map((id) => ({ id, status }));
  return {
    exitCode: 0,
    said: [],
    conclusion: "success",
    changed: String(EXAMPLES.length),
    tenants,
    inSummary: true,
    inReport: Object.fromEntries(tenants.map(({ id }) => [id, status])),
  };
}

function groupsOf(run: Run): readonly string[] {
  return (run.steps.get("Deploy")?.commands ?? []).filter(({ name }) => name === "group").map(({ message }) => message);
}

/** What a bucket holds, asked as anyone would, page after page. */
async function objects(bucket: string): Promise<readonly StoredObject[]> {
  const found: StoredObject[] = [];
  for (let query: string | undefined = ""; query !== undefined;) {
    const reply = await fetch(`${storage.url}/storage/v1/b/${bucket}/o${query}`);
    expect(reply.status).toBe(200);
    const page = (await reply.json()) as { items?: readonly StoredObject[]; nextPageToken?: string };
    found.push(...(page.items ?? []));
    query = page.nextPageToken === undefined ? undefined : `?pageToken=${encodeURIComponent(page.nextPageToken)}`;
  }
  return found;
}
