/** What a machine writes into a tenant's file, read by the one reader. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { writeSettings } from "../../action/src/model/write-settings.ts";
import { readYaml } from "../../action/src/model/yaml.ts";

const SCHEMA = "../action/schema/tenant.schema.json";
const read = (text: string): unknown => {
  const { document, diagnostics } = readYaml("acme.yaml", Buffer.from(text));
  if (document === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return document.value;
};
const folder = join(import.meta.dirname, "../../tenants");
const examples = readdirSync(folder)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => [name, readFileSync(join(folder, name), "utf8")] as const);

test("a new file names its schema and says what was asked", () => {
  const settings = {
    schema: "storefront/v1",
    id: "acme",
    brand: { name: "Acme: mugs # and more" },
    pages: { a: { body: "no" } },
  };
  const text = writeSettings(settings, undefined, SCHEMA);
  expect(text).toMatch(
    /^# yaml-language-server: \$schema=\.\.\/action\/schema\/tenant\.schema\.json\n\n?schema: storefront\/v1\n/,
  );
  expect(read(text)).toEqual(settings);
});

test.each(examples)("%s says the same again, and not a comment is lost", (_name, before) => {
  const settings = read(before) as Record<string, unknown>;
  const text = writeSettings(settings, before, SCHEMA);
  expect(read(text)).toEqual(settings);
  expect(commentsIn(text)).toEqual(commentsIn(before));
});

test("only what changes is written anew", () => {
  const before = `# Ours since 2019.
schema: storefront/v1
id: acme
brand:
  name: "Acme"   # as on the door
  tagline: Mugs # short
# The shop in town
contact: { email: a@acme.example, country: GB }
colors:
  # warm
  - red
  - blue # cold
`;
  const settings = read(before) as Record<string, object>;
  const asked = { ...settings, brand: { ...settings["brand"], tagline: "Bowls" }, colors: ["red", "green"] };
  const text = writeSettings(asked, before, SCHEMA);
  expect(text).toBe(
    before
      .replace('"Acme"   # as', '"Acme" # as')
      .replace("tagline: Mugs", "tagline: Bowls")
      .replace("- blue", "- green"),
  );
});

/** Everything that JSON can say and the reader takes, with keys and texts that YAML would read as something else. */
const word = fc.oneof(
  fc.constantFrom(
    "no",
    "yes",
    "null",
    "~",
    "1",
    "1e3",
    "012",
    "0x1f",
    "2024-01-01",
    "- a",
    "a: b",
    "# a",
    "a #b",
    "'",
    '"',
    "\\",
    "&a",
    "*a",
    "!a",
    "|",
    ">",
    "%",
    "@",
    "`",
    "{",
    "[",
    " a",
    "a ",
    "",
    "a\nb",
    "a\n",
    "\n",
    "---",
    "...",
    "<<",
    "?",
    ":",
    "ü",
    "سوق",
  ),
  fc.string({ maxLength: 12 }),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    word,
    fc.integer(),
    fc.boolean(),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z][a-z_]{0,6}$/), tie("value"), { maxKeys: 3 }),
  ),
}));
const settingsOf = fc.dictionary(fc.stringMatching(/^[a-z][a-z_]{0,6}$/), value, { minKeys: 1, maxKeys: 4 });

test("whatever stood there, what is written is read as exactly what was asked", () => {
  fc.assert(
    fc.property(fc.option(settingsOf, { nil: undefined }), settingsOf, (old, asked) => {
      fc.pre(isReadable(old) && isReadable(asked));
      const before = old === undefined ? undefined : writeSettings(old, undefined, SCHEMA);
      expect(read(writeSettings(asked, before, SCHEMA))).toEqual(asked);
    }),
    { numRuns: 2000 },
  );
});

test("comments of fields that stay are kept", () => {
  fc.assert(
    fc.property(settingsOf, settingsOf, (stays, changes) => {
      fc.pre(isReadable(stays) && isReadable(changes));
      const before = writeSettings({ stays, changes: 1 }, undefined, SCHEMA)
        .replace(/^stays:/m, "# above what stays\nstays:")
        .replace(/^changes: 1$/m, "changes: 1 # beside what changes");
      const text = writeSettings({ stays, changes: 2 }, before, SCHEMA);
      expect(commentsIn(text)).toEqual(commentsIn(before));
      expect(read(text)).toEqual({ stays, changes: 2 });
      expect(read(writeSettings({ stays, changes }, before, SCHEMA))).toEqual({ stays, changes });
      expect(writeSettings({ stays, changes }, before, SCHEMA)).toContain("# above what stays");
    }),
  );
});

const commentsIn = (text: string): readonly string[] => text.match(/(?:^|(?<=\s))#.*$/gm) ?? [];

/** The reader refuses characters that nobody sees; a request with one is refused for it. */
function isReadable(settings: unknown): boolean {
  const text = JSON.stringify(settings ?? {});
  return readYaml("acme.yaml", Buffer.from(text)).document !== undefined;
}
