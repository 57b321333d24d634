import { describe, expect, it } from "vitest";
import { emulatorOf, parseIds, UsageError } from "../action/src/door.ts";

describe("a list of ids", () => {
  it("is a set, whatever white space is in it", () => {
    expect(parseIds(" acme, fernway ")).toEqual(new Set(["acme", "fernway"]));
  });
  it.each([",", "acme,,fernway", " "])("is not %j: it would be a run of nothing", (text) => {
    expect(() => parseIds(text)).toThrow(UsageError);
  });
});

describe("an emulator", () => {
  it.each([
    ["127.0.0.1:4443", "http://127.0.0.1:4443"],
    ["http://127.0.0.1:4443", "http://127.0.0.1:4443"],
    ["", undefined],
    [undefined, undefined],
  ])("named %j is asked at %j", (host, origin) => {
    expect(emulatorOf({ STORAGE_EMULATOR_HOST: host })).toBe(origin);
  });
  it("is no address with a space in it", () => {
    expect(() => emulatorOf({ STORAGE_EMULATOR_HOST: "not an address" })).toThrow(UsageError);
  });
});
