/** How files are named, opened and exported. */
import { basename } from "node:path";
import { expect, test } from "vitest";
import { codeOf, sourceFiles } from "./sources.ts";

const ours = sourceFiles("action/src", "scripts", "test");

test("a file's name says what it is about", () => {
  const vague = /^(?:utils?|helpers?|types|common|index|misc|shared|base|lib)\.ts$/;
  expect(ours.map(({ path }) => path).filter((path) => vague.test(basename(path)))).toEqual([]);
});

test("files and folders are in kebab-case", () => {
  const wrong = ours
    .map(({ path }) => path)
    .filter((path) => !/^[a-z0-9]+(?:[-/][a-z0-9]+)*(?:\.(?:test|bench|config))?\.ts$/.test(path));
  expect(wrong).toEqual([]);
});

test("every module says first what it is for", () => {
  expect(
    sourceFiles("action/src", "scripts")
      .filter(({ text }) => !/^(?:#!.*\n)?\/\*\*/.test(text))
      .map(({ path }) => path),
  ).toEqual([]);
});

test("every export says what it is", () => {
  const silent = sourceFiles("action/src", "scripts").flatMap(({ path, text }) =>
    [
      ...text.matchAll(
        /^(?<before>.*)\nexport (?:abstract |async )*(?:const|function\*?|class|interface|type) (?<name>\w+)/gm,
      ),
    ]
      .filter(({ groups }) => !groups?.["before"]?.endsWith("*/"))
      .map(({ groups }) => `${path}: ${groups?.["name"]}`),
  );
  expect(silent).toEqual([]);
});

test("exports have names; only a config, which its tool asks for, has none", () => {
  const unnamed = ours.filter(
    ({ path, text }) => !path.endsWith(".config.ts") && /^export default\b/m.test(codeOf(text)),
  );
  expect(unnamed.map(({ path }) => path)).toEqual([]);
});

test("tests take parameters instead of mocks, and clocks instead of sleeps", () => {
  const tests = ours.filter(({ path }) => path.startsWith("test/"));
  expect(
    tests.filter(({ text }) => /\bvi\.(?:mock|doMock|hoisted)\b|\.only\(/.test(codeOf(text))).map(({ path }) => path),
  ).toEqual([]);
});
