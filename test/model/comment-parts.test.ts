import * as fc from "fast-check";
import { expect, test } from "vitest";
import { joinComment, splitComment } from "../../action/src/model/comment-parts.ts";

const memory = {
  digest: "0123456789abcdef",
  releases: new Map([
    ["acme", "1a2b3c4d"],
    ["beta", "parked"],
  ]),
};

test("what is joined comes apart again, also as GitHub sends it back", () => {
  for (const outcome of ["", "## Live\n\nat last"]) {
    const parts = { plan: "### 1 store opens\n\n| a |", outcome, memory };
    expect(splitComment(joinComment(parts))).toEqual(parts);
    expect(splitComment(joinComment(parts).trimEnd().replaceAll("\n", "\r\n"))).toEqual(parts);
  }
});

test("nothing of it is seen", () => {
  const seen = joinComment({ plan: "plan", outcome: "outcome", memory }).replaceAll(/<!--[^>]*-->/g, "");
  expect(seen.split(/\s+/).filter((word) => word !== "")).toEqual(["plan", "outcome"]);
});

test("other comments are none of ours", () => {
  const whole = joinComment({ plan: "plan", outcome: "", memory });
  for (const text of [
    "",
    "plan",
    `${whole}\nand more`,
    whole.replace("0123456789abcdef", "0123456789ABCDEF"),
    whole.replace("acme=", "acme<"),
  ])
    expect(splitComment(text)).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(splitComment(text)).toBeUndefined();
    }),
  );
});
