import * as fc from "fast-check";
import { expect, test } from "vitest";
import { joinComment, splitComment } from "../../action/src/model/comment-parts.ts";

const memory = {
  digest: "0123456789abcdef",
  releases: new Map([
    ["acme", "1a2b3c4d"],
    ["beta", "parked"],
  ]),
  previewUrl: undefined,
};
const previewed = { ...memory, previewUrl: "https://previews.example/pr-7-0123456789abcdef0123456789abcdef/" };

test("what is joined comes apart again, also as GitHub sends it back", () => {
  for (const text of ["", "### 1 store opens\n\n| a |"]) {
    for (const parts of [
      { text, memory },
      { text, memory: previewed },
      { text, memory: { ...previewed, releases: undefined } },
    ]) {
      expect(splitComment(joinComment(parts))).toEqual(parts);
      expect(splitComment(joinComment(parts).trimEnd().replaceAll("\n", "\r\n"))).toEqual(parts);
    }
  }
});

test("nothing of it is seen", () => {
  const seen = joinComment({ text: "plan", memory }).replaceAll(/<!--[^>]*-->/g, "");
  expect(seen.split(/\s+/).filter((word) => word !== "")).toEqual(["plan"]);
});

test("other comments are none of ours", () => {
  const whole = joinComment({ text: "plan", memory });
  for (const text of [
    "",
    "plan",
    `${whole}\nand more`,
    whole.replace("0123456789abcdef", "0123456789ABCDEF"),
    whole.replace("acme=", "acme<"),
    joinComment({ text: "plan", memory: { ...memory, previewUrl: "javascript:alert(1)/" } }),
    joinComment({ text: "plan", memory: { ...memory, previewUrl: "https://previews.example/--> <img>/" } }),
  ])
    expect(splitComment(text)).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(splitComment(text)).toBeUndefined();
    }),
  );
});
