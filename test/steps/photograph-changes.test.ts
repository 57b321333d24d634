import { expect, it, onTestFinished } from "vitest";
import { PNG } from "pngjs";
import { plan, type PlanResult } from "../../action/src/commands/plan.ts";
import { engineHost } from "../../action/src/io/engine-host.ts";
import { gitRepo } from "../../action/src/io/git.ts";
import { type Browser, BrowserError } from "../../action/src/ports.ts";
import { PAGE, tenantFile, templateFiles } from "../commands/fleet-fixture.ts";
import { fixtureRepository } from "../io/git-fixture.ts";

/** Sees of a page no more than how long its text is. */
const looker = (closed: string[]): Browser => ({
  photograph: async ({ fileAt, page, width }) => {
    const png = new PNG({ width, height: 100 });
    png.data.fill(255);
    const { length = 0 } = fileAt(page)?.body ?? {};
    for (let pixel = 0; pixel < length % 4096; pixel += 1) png.data.set([0, 0, 0], pixel * 4);
    return PNG.sync.write(png);
  },
  close: async () => void closed.push("closed"),
});

async function planWith(
  open: () => Promise<Browser>,
): Promise<{ album: PlanResult["album"]; kept: Map<string, number> }> {
  const repository = fixtureRepository();
  repository.commit("One", {
    ...templateFiles("plain", PAGE),
    "tenants/acme.yaml": tenantFile("acme"),
    "tenants/gone.yaml": tenantFile("gone"),
    "tenants/same.yaml": tenantFile("same"),
  });
  const head = repository.commit("Two", {
    "tenants/acme.yaml": tenantFile("acme", { title: "A jug with a longer name" }),
    "tenants/fresh.yaml": tenantFile("fresh"),
    "tenants/gone.yaml": null,
  });
  const repo = gitRepo(repository.root, { environment: process.env, made: ["tenants", "templates"] });
  onTestFinished(() => repo.close());
  const kept = new Map<string, number>();
  const { album } = await plan({
    repo,
    head,
    base: null,
    folders: { tenants: "tenants", templates: "templates" },
    clock: { monotonic: () => 0 },
    engines: engineHost(),
    studio: { open, keep: async (path, bytes) => void (path.startsWith("pictures/") && kept.set(path, bytes.length)) },
  });
  return { album, kept };
}

it("pictures what changes, at two widths, and closes the browser", async () => {
  const closed: string[] = [];
  const { album, kept } = await planWith(async () => looker(closed));
  expect(album.skipped).toBe("");
  const homes = album.taken.filter(({ page }) => page === "index.html");
  expect(homes.map(({ tenant, width }) => `${tenant} ${width}`)).toEqual([
    "acme 360",
    "acme 1280",
    "fresh 360",
    "fresh 1280",
    "gone 360",
    "gone 1280",
  ]);
  const [acme, , fresh, , gone] = homes;
  expect(acme).toMatchObject({
    before: "pictures/acme/home-360-before.png",
    after: "pictures/acme/home-360-after.png",
    difference: "pictures/acme/home-360-difference.png",
  });
  expect([fresh?.before, fresh?.difference]).toEqual([undefined, undefined]);
  // A closed page takes its place.
  expect(gone?.after).toBe("pictures/gone/home-360-after.png");
  const named = album.taken
    .flatMap(({ before, after, difference }) => [before, after, difference])
    .filter((path) => path !== undefined);
  expect([...kept.keys()].toSorted()).toEqual(named.toSorted());
  expect(closed).toEqual(["closed"]);
});

it("says why there are none, and plans all the same", async () => {
  const { album, kept } = await planWith(async () => {
    throw new BrowserError("missing", "there is no Chromium here");
  });
  expect(album).toEqual({ taken: [], skipped: "there is no Chromium here" });
  expect(kept.size).toBe(0);
});

it("keeps what it has when the browser fails in between, and says so", async () => {
  const closed: string[] = [];
  const browser = looker(closed);
  let left = 4;
  const { album } = await planWith(async () => ({
    ...browser,
    photograph: async (view) => {
      left -= 1;
      if (left < 0) throw new BrowserError("slow", "a picture took too long");
      return browser.photograph(view);
    },
  }));
  expect(album.taken.map(({ tenant }) => tenant)).toEqual(["acme", "acme"]);
  expect(album.skipped).toBe("not all were taken: a picture took too long");
  expect(closed).toEqual(["closed"]);
});
