import { describe, expect, test } from "vitest";
import type { Report } from "../../action/src/model/report.ts";
import { startFakeGcs } from "../fakes/gcs/server.ts";
import { fixtureRepository } from "../io/git-fixture.ts";
import { catalogOf, openWorkplace, settingsOf, type Workplace } from "./workplace.ts";

async function provision({ run, read }: Workplace, args: readonly string[] = [], environment?: Record<string, string>) {
  const ended = await run("provision.ts", ["--report", "report.json", ...args], environment);
  const report = JSON.parse(await read("report.json")) as Report;
  return { ...ended, report, statuses: Object.fromEntries(report.tenants.map(({ id, status }) => [id, status])) };
}

describe("the commit of a report", () => {
  test("is the one checked out, unless a folder that was named holds more", async () => {
    const place = await openWorkplace();
    await place.write(".gitignore", "out\n.ledger\nreport.json\n");
    await place.write("shops/fernway.yaml", settingsOf("fernway", "Fernway Pottery"));
    await place.write("shops/fernway/products.csv", catalogOf(10));
    const head = fixtureRepository(place.folder).commit("One", {});
    expect(await provision(place, ["--tenants", "shops"])).toMatchObject({ code: 0, report: { commit: head } });
    await place.write("shops/acme.yaml", settingsOf("acme", "Acme Cups"));
    await place.write("shops/acme/products.csv", catalogOf(10));
    expect(await provision(place, ["--tenants", "shops"])).toMatchObject({ code: 0, report: { commit: null } });
    expect(await provision(place)).toMatchObject({ report: { commit: head } });
  });
});

describe("into a folder", () => {
  test("the second run writes nothing", async () => {
    const place = await openWorkplace();
    const first = await provision(place);
    expect(first).toMatchObject({ code: 0, statuses: { fernway: "created" } });
    expect(first.stdout).toMatch(/^fernway created · files: \d+ created/);
    expect(first.stdout).toMatch(/\nsuccess: 1 store \(1 created\), no problems, in /);
    expect(await place.read("out/fernway/index.html")).toContain("Fernway Pottery");
    const second = await provision(place);
    expect(second).toMatchObject({ code: 0, statuses: { fernway: "unchanged" } });
    expect(second.report.requests).toMatchObject({ write: 0, delete: 0 });
  });

  test("standard error holds no progress unless it is a terminal", async () => {
    const { stderr } = await provision(await openWorkplace());
    expect(stderr).toMatch(/^warning: no commit [^\n]*\n$/);
  });

  test("a broken tenant ends with 1 and the others are deployed", async () => {
    const place = await openWorkplace();
    await place.write("tenants/brook.yaml", settingsOf("brook", "Brook").replace("en-GB", "english"));
    const { code, stdout, statuses } = await provision(place);
    expect({ code, statuses }).toEqual({ code: 1, statuses: { brook: "invalid", fernway: "created" } });
    expect(stdout).toContain("tenants/brook.yaml:6:20 error");
  });

  test("a tenant that cannot be written ends with 2 and the others are deployed", async () => {
    const place = await openWorkplace();
    await place.write("tenants/brook.yaml", settingsOf("brook", "Brook"));
    await place.write("tenants/brook/products.csv", catalogOf(3));
    await place.write("out/brook", "a file where the store's folder should be");
    const { code, statuses } = await provision(place);
    expect({ code, statuses }).toEqual({ code: 2, statuses: { brook: "failed", fernway: "created" } });
  });

  test("a store that would lose most of its pages ends with 3 and stays", async () => {
    const place = await openWorkplace();
    await place.write("tenants/fernway.yaml", settingsOf("fernway", "Fernway Pottery", "default"));
    await place.write("tenants/fernway/products.csv", catalogOf(30));
    await provision(place);
    await place.write("tenants/fernway/products.csv", catalogOf(2));
    const { code, stdout, statuses } = await provision(place);
    expect({ code, statuses }).toEqual({ code: 3, statuses: { fernway: "refused" } });
    expect(stdout).toContain(".github/overrides.yaml");
    expect(await place.read("out/fernway/products/cup-9/index.html")).toContain("Cup 9");
  });

  test("a foreign file is refused, and taken over with --adopt", async () => {
    const place = await openWorkplace();
    await place.write("out/fernway/index.html", "somebody's");
    expect((await provision(place)).code).not.toBe(0);
    expect(await place.read("out/fernway/index.html")).toBe("somebody's");
    expect((await provision(place, ["--adopt"])).code).toBe(0);
    expect(await place.read("out/fernway/index.html")).toContain("Fernway Pottery");
  });

  test("--force looks at a store in spite of its fingerprint", async () => {
    const place = await openWorkplace();
    await provision(place);
    await place.write("out/fernway/index.html", "edited by hand");
    expect((await provision(place)).statuses).toEqual({ fernway: "unchanged" });
    expect((await provision(place, ["--force", "--adopt"])).statuses).toEqual({ fernway: "updated" });
    expect(await place.read("out/fernway/index.html")).toContain("Fernway Pottery");
  });

  test.each(["out", "out/fernway", "out/fernway/index.html"])(
    "what was lost with %s is written again",
    async (path) => {
      const place = await openWorkplace();
      await provision(place);
      await place.remove(path);
      const { code, stderr, report } = await provision(place);
      expect({ code, created: report.tenants[0]?.created }).toEqual({ code: 0, created: expect.any(Number) as number });
      expect(report.tenants[0]?.created).toBeGreaterThan(0);
      expect(stderr).toMatch(/^fernway: \d+ of \d+ files are gone from out\/fernway$/m);
      expect(await place.read("out/fernway/index.html")).toContain("Fernway Pottery");
      expect((await provision(place)).report.requests).toMatchObject({ write: 0, delete: 0 });
    },
  );

  test("--only deploys these, and a name that is none ends with 1", async () => {
    const place = await openWorkplace();
    await place.write("tenants/brook.yaml", settingsOf("brook", "Brook"));
    await place.write("tenants/brook/products.csv", catalogOf(3));
    expect((await provision(place, ["--only", "brook"])).statuses).toEqual({ brook: "created" });
    expect((await provision(place, ["--only", "brooks"])).code).toBe(1);
  });
});

describe("addresses", () => {
  test("come from the environment, and a flag wins", async () => {
    const place = await openWorkplace();
    await provision(place, [], { DESTINATION: "file:from-environment/{tenant}", LEDGER: "file:notes" });
    expect(await place.read("from-environment/fernway/index.html")).toContain("Fernway");
    await provision(place, ["--destination", "file:from-flag/{tenant}", "--ledger", "file:others"], {
      DESTINATION: "file:from-environment/{tenant}",
    });
    expect(await place.read("from-flag/fernway/index.html")).toContain("Fernway");
  });

  test("may be empty in the environment, which says nothing", async () => {
    const place = await openWorkplace();
    expect((await provision(place, [], { DESTINATION: "", LEDGER: "", STORAGE_EMULATOR_HOST: "" })).code).toBe(0);
    expect(await place.read("out/fernway/index.html")).toContain("Fernway");
  });

  test.each([
    { destination: "s3://bucket/{tenant}", ledger: "file:.ledger" },
    { destination: "file:out", ledger: "file:.ledger" },
    { destination: "file:out/{tenant}", ledger: "file:out/.ledger" },
  ])("$destination with $ledger is wrong usage", async ({ destination, ledger }) => {
    const { run } = await openWorkplace();
    const { code, stdout, stderr } = await run("provision.ts", ["--destination", destination, "--ledger", ledger]);
    expect({ code, stdout, stderr }).toEqual({
      code: 64,
      stdout: "",
      stderr: expect.stringMatching(/^error: .+\n {2}hint: .+\n$/) as unknown,
    });
  });

  test("in the cloud are asked of the emulator that the environment names", async () => {
    const place = await openWorkplace();
    const fake = await startFakeGcs({ buckets: ["stores-of-fernway", "notes-of-fernway"] });
    try {
      const cloud = ["--destination", "gs://stores-of-fernway/{tenant}", "--ledger", "gs://notes-of-fernway"];
      const { code, report } = await provision(place, cloud, {
        STORAGE_EMULATOR_HOST: new URL(fake.url).host,
      });
      expect({ code, status: report.tenants[0]?.status }).toEqual({ code: 0, status: "created" });
    } finally {
      await fake.close();
    }
  });
});
