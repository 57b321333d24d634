import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { load } from "js-yaml";
import { expect, test } from "vitest";
import { readTemplateSettings } from "../../action/src/model/template-settings.ts";

const root = join(import.meta.dirname, "../..");
const validate = new Ajv2020({ strict: true, strictTypes: false }).compile(
  JSON.parse(readFileSync(join(root, "action/schema/template.schema.json"), "utf8")) as object,
);

const good = readFileSync(join(root, "templates/default/template.yaml"), "utf8");

test("the default template's settings satisfy schema and engine", () => {
  expect(validate(load(good))).toBe(true);
  expect(readTemplateSettings("default", "template.yaml", Buffer.from(good), "").diagnostics).toEqual([]);
});

/** One change to the default template's settings per rule. */
test.each([
  ["version: 1.1.0", "version: 1"],
  ["name: default", "name: Default!"],
  ["tokens:", "token:"],
  ["presets:", "preset:"],
  ['background: "#fbfaf7"', 'background: "#fff"'],
  ['accent: "#1f5c4d"', 'akzent: "#1f5c4d"'],
  ["heading: serif-classic", "heading: comic"],
  ["body: system-sans", "body: mono"],
  ["radius: md", "radius: 3px"],
  ["density: comfortable", "density: dense"],
  ["hero: surface", "hero: picture"],
  ["style: plain", "style: shadowed"],
  ['ratio: "4:3"', 'ratio: "16:9"'],
  ["image_fit: cover", "image_fit: fill"],
  ["image_fit: cover", "fit: cover"],
])("schema and engine both refuse %j → %j", (from, to) => {
  const bad = good.replace(from, to);
  expect(bad).not.toBe(good);
  expect(validate(load(bad))).toBe(false);
  const { diagnostics } = readTemplateSettings("default", "template.yaml", Buffer.from(bad), "");
  const line = good.slice(0, good.indexOf(from)).split("\n").length;
  expect(diagnostics.map(({ location }) => location.line)).toContain(line);
});
