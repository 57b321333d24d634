import { expect, test } from "vitest";
import { remember } from "../../action/src/model/remember.ts";

test("equal words are answered once, others anew", () => {
  const asked: string[] = [];
  const join = remember((one: string, other: string) => {
    asked.push(`${one}-${other}`);
    return { one, other };
  });
  expect(join("a", "b")).toBe(join("a", "b"));
  expect(join("b", "a")).toEqual({ one: "b", other: "a" });
  expect(asked).toEqual(["a-b", "b-a"]);
});
