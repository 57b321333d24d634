/** What is taken from events, as GitHub sends them. */
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { baseOf, isPartOf, overridesUrl, ownHeadOf, pullRequestOf, runUrl } from "../../action/src/model/event.ts";

interface Example {
  readonly name: string;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}
const load = createRequire(import.meta.url);
const kinds = load("@octokit/webhooks-examples") as readonly Example[];
const examplesOf = (name: string): Example["examples"] => kinds.find((kind) => kind.name === name)?.examples ?? [];

const PLACE = { server: "https://github.example", repository: "example/stores", run: "12" };
const SHA = "a".repeat(40);

const queued = (head_ref: unknown): unknown => ({ merge_group: { head_ref, base_sha: SHA } });
const from = (ref: string, full_name = PLACE.repository): unknown => ({
  pull_request: { number: 7, head: { ref, repo: { full_name } } },
});

describe("a pull request", () => {
  test("is known by its number in every event about one", () => {
    const events = examplesOf("pull_request");
    expect(events.length).toBeGreaterThan(5);
    for (const event of events) {
      expect(pullRequestOf(event)).toBe((event["pull_request"] as { readonly number: number }).number);
      expect(baseOf(event)).toBeNull();
    }
  });

  test("has a head of its own only where it comes from this repository", () => {
    const at = (sha: unknown, full_name: unknown): unknown => ({
      pull_request: { number: 7, head: { sha, repo: { full_name } } },
    });
    expect(ownHeadOf(at(SHA, PLACE.repository), PLACE)).toBe(SHA);
    for (const event of [at(SHA, "mallory/stores"), at(SHA, undefined), at("main", PLACE.repository), queued("x"), {}])
      expect(ownHeadOf(event, PLACE)).toBeNull();
  });

  test("is not seen in an event about something else", () => {
    const events = [
      ...examplesOf("push"),
      ...examplesOf("issues"),
      {},
      null,
      "text",
      { pull_request: { number: "7" } },
    ];
    expect(events.length).toBeGreaterThan(6);
    for (const event of events) expect(pullRequestOf(event)).toBeNull();
    expect(pullRequestOf({ pull_request: { number: -1 } })).toBeNull();
    expect(pullRequestOf({ pull_request: { number: 1.5 } })).toBeNull();
  });
});

describe("a merge group", () => {
  test("is about the pull request that its branch is named by", () => {
    expect(pullRequestOf(queued(`refs/heads/gh-readonly-queue/main/pr-104-${SHA}`))).toBe(104);
    expect(baseOf(queued(""))).toBe(SHA);
  });

  test.each(["", "refs/heads/main", "refs/heads/gh-readonly-queue/main/pr-x", `pr-1-${SHA}/pr-2`, 7])(
    "in a branch of another form (%s) is about none",
    (branch) => expect(pullRequestOf(queued(branch))).toBeNull(),
  );

  test("with a base that is no commit has none", () => {
    expect(baseOf({ merge_group: { base_sha: "main; rm -rf" } })).toBeNull();
  });
});

describe("the overrides", () => {
  test("are changed on the branch of the pull request", () => {
    expect(overridesUrl(from("merchant/prices"), PLACE)).toBe(
      "https://github.example/example/stores/edit/merchant/prices/.github/overrides.yaml",
    );
  });

  test.each(["a)[x](https://evil.example", "../../settings", "a b", "-a", "a\nb", "a?b", "a#b", "<b>"])(
    "have no address on a branch called %j",
    (branch) => expect(overridesUrl(from(branch), PLACE)).toBeUndefined(),
  );

  test("have none in a fork, or after it is gone", () => {
    expect(overridesUrl(from("main", "mallory/stores"), PLACE)).toBeUndefined();
    expect(overridesUrl({ pull_request: { head: { ref: "main", repo: null } } }, PLACE)).toBeUndefined();
  });
});

test("a run has a page", () => {
  expect(runUrl(PLACE)).toBe("https://github.example/example/stores/actions/runs/12");
});

test("a run that a person has started for some stores alone is known by its event", () => {
  expect(isPartOf({ inputs: { only: "acme", reason: "x" } })).toBe(true);
  for (const event of [{ inputs: { only: " " } }, { inputs: {} }, { inputs: null }, {}, null])
    expect(isPartOf(event)).toBe(false);
});
