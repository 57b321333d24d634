/** The comment from a plan's artifact, on a pull request in memory. */
import { mkdirSync, mkdtempSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PNG } from "pngjs";
import { expect, test } from "vitest";
import { comment } from "../../action/src/commands/comment.ts";
import { workingDirectory } from "../../action/src/io/working-directory.ts";
import { joinComment, splitComment } from "../../action/src/model/comment-parts.ts";
import { encodePlanArtifact, MOST_PLAN_BYTES, type PlanArtifact } from "../../action/src/model/plan-artifact.ts";
import { untouched } from "../../action/src/model/report.ts";
import type { Comment, Comments } from "../../action/src/ports.ts";
import { withLastWord } from "../../action/src/view/last-word.ts";
import { NO_PLAN, PLAN } from "../view/example-plan.ts";

const BOT = "github-actions[bot]";
const RUN = "https://github.example/run/1";

/** A pull request's conversation. */
function conversation(...bodies: readonly Comment[]): Comments & { readonly all: Comment[] } {
  const all = [...bodies];
  return {
    all,
    list: async () => all,
    create: async (_pullRequest, body) => {
      const written = { id: all.length, author: BOT, body };
      all.push(written);
      return written;
    },
    edit: async (id, body) => {
      const at = all.findIndex((one) => one.id === id);
      all[at] = { id, author: BOT, body };
    },
  };
}

/** A folder with an artifact in it. */
function artifact(content: string): string {
  const root = mkdtempSync(join(tmpdir(), "artifact-"));
  mkdirSync(join(root, "plan"));
  writeFileSync(join(root, "plan/plan.json"), content);
  return root;
}

/** The same with the pictures that the plan names. */
function pictured(plan: PlanArtifact = PLAN): string {
  const root = artifact(encodePlanArtifact(plan));
  for (const { tenant, before, after, difference } of plan.pictures.taken) {
    mkdirSync(join(root, "plan/pictures", tenant), { recursive: true });
    for (const path of [before, after, difference]) {
      if (path !== undefined) writeFileSync(join(root, "plan", path), PNG.sync.write(new PNG({ width: 1, height: 1 })));
    }
  }
  return root;
}

const tell = (root: string, comments: Comments, previewUrl?: string) =>
  comment({
    tree: workingDirectory(root),
    folder: "plan",
    place: { comments, pullRequest: 7, author: BOT },
    links: { runUrl: RUN, previewUrl },
  });

test("tells the plan once, then what is different from it", async () => {
  const talk = conversation({ id: 0, author: "merchant", body: "please" });
  expect(await tell(artifact(encodePlanArtifact(NO_PLAN)), talk)).toEqual({
    written: "created",
    digest: NO_PLAN.digest,
  });
  expect((await tell(artifact(encodePlanArtifact(NO_PLAN)), talk)).written).toBe("edited");
  expect((await tell(artifact(encodePlanArtifact(NO_PLAN)), talk)).written).toBe("unchanged");
  expect(talk.all).toHaveLength(2);
  expect(talk.all[1]?.body).toContain("Same plan as before");
  await tell(artifact(encodePlanArtifact({ ...NO_PLAN, digest: "fedcba9876543210" })), talk);
  expect(talk.all).toHaveLength(2);
  expect(talk.all[1]?.body).not.toContain("Same plan as before");
  expect(splitComment(talk.all[1]?.body ?? "")?.memory.digest).toBe("fedcba9876543210");
});

test("a run that publishes nothing, as a merge queue's, shows what was published of the same plan", async () => {
  const talk = conversation();
  const url = "https://previews.example/pr-7-0123456789abcdef0123456789abcdef/";
  await tell(pictured(), talk, url);
  expect(talk.all[0]?.body).toContain(`${url}pictures/`);
  await tell(pictured(), talk);
  expect(talk.all[0]?.body).toContain("Same plan as before");
  expect(talk.all[0]?.body).toContain(`${url}pictures/`);
  await tell(artifact(encodePlanArtifact({ ...PLAN, pictures: NO_PLAN.pictures })), talk);
  expect(talk.all[0]?.body).toContain(url);
  await tell(pictured({ ...PLAN, digest: "fedcba9876543210" }), talk);
  expect(talk.all[0]?.body).not.toContain(url);
});

test("a run that ends after the deploy, as a merge queue's may, keeps what became of it", async () => {
  const talk = conversation();
  const root = pictured();
  await tell(root, talk);
  const parts = splitComment(talk.all[0]?.body ?? "");
  if (parts === undefined) throw new Error("the comment has lost its parts");
  const { text, memory } = parts;
  const live = untouched("acme", { status: "updated" });
  talk.all[0] = {
    id: 0,
    author: BOT,
    body: joinComment({ text: withLastWord(text, [live], { runUrl: RUN }), memory }),
  };
  await tell(root, talk);
  await tell(root, talk);
  const body = talk.all[0].body;
  expect(body).toContain("Same plan as before");
  expect(body.split("| `acme` | **live** |")).toHaveLength(2);
  expect(body.indexOf("### Deployed")).toBeGreaterThan(body.indexOf("Same plan as before"));
  await tell(pictured({ ...PLAN, digest: "fedcba9876543210" }), talk);
  expect(talk.all[0].body).not.toContain("Same plan as before");
  expect(talk.all[0].body).toContain("### Deployed");
});

test.each([
  ["no JSON", "{"],
  ["of another version", JSON.stringify({ ...NO_PLAN, version: 2 })],
  ["with another pull request's number", JSON.stringify({ ...NO_PLAN, pullRequest: 8 })],
  [
    "with a picture outside of it",
    JSON.stringify({
      ...NO_PLAN,
      pictures: {
        taken: [
          { tenant: "acme", page: "", width: 360, before: "../../secret.png", after: "", difference: "", share: 0 },
        ],
        skipped: "",
      },
    }),
  ],
  ["with a store that is none", JSON.stringify({ ...NO_PLAN, sites: ["../../etc"] })],
])("an artifact that is %s is refused, and nothing is written", async (_what, content) => {
  const talk = conversation();
  await expect(tell(artifact(content), talk)).rejects.toMatchObject({
    code: "artifact",
    hint: expect.any(String) as string,
  });
  expect(talk.all).toEqual([]);
});

test("an artifact that is too large, a link or not there is refused unread", async () => {
  const talk = conversation();
  const large = artifact("");
  truncateSync(join(large, "plan/plan.json"), MOST_PLAN_BYTES + 1);
  await expect(tell(large, talk)).rejects.toMatchObject({ code: "artifact" });
  const linked = mkdtempSync(join(tmpdir(), "artifact-"));
  mkdirSync(join(linked, "plan"));
  symlinkSync(join(artifact(encodePlanArtifact(NO_PLAN)), "plan/plan.json"), join(linked, "plan/plan.json"));
  await expect(tell(linked, talk)).rejects.toMatchObject({ code: "artifact" });
  const empty = mkdtempSync(join(tmpdir(), "artifact-"));
  mkdirSync(join(empty, "plan"));
  await expect(tell(empty, talk)).rejects.toMatchObject({ code: "artifact" });
  expect(talk.all).toEqual([]);
});
