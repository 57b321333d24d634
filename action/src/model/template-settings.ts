/** A template's own settings and words: `template.yaml` and `locales/*.yaml`, checked by hand as they are few. */
import type { Tokens } from "../generated/tenant.ts";
import { contrastOf, TEXT_CONTRAST } from "./color.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { isMapping, type Mapping } from "./mapping.ts";
import type { Messages } from "./message.ts";
import { suggest } from "./suggestion.ts";
import { type CompleteTokens, type Looks, PLAIN_TOKENS, tokensOf } from "./theme.ts";
import { type Document, escapePointer, readYaml } from "./yaml.ts";

/** What `template.yaml` says. */
export interface TemplateSettings extends Looks {
  readonly name: string;
  readonly version: string;
}

/** The allowed values of every token, by its pointer; colours are checked by their form. */
const TOKEN_VALUES: Readonly<Record<string, readonly string[] | "color">> = {
  "/color/background": "color",
  "/color/text": "color",
  "/color/accent": "color",
  "/color/surface": "color",
  "/font/heading": [
    "system-sans",
    "sans-grotesk",
    "sans-humanist",
    "condensed",
    "rounded",
    "serif-classic",
    "serif-modern",
    "slab",
    "mono",
  ],
  "/font/body": ["system-sans", "sans-humanist", "rounded", "serif-classic", "serif-modern"],
  "/radius": ["none", "sm", "md", "lg"],
  "/density": ["compact", "comfortable", "airy"],
  "/hero": ["background", "surface", "accent"],
  "/card/style": ["plain", "filled", "framed"],
  "/card/ratio": ["1:1", "4:5", "4:3", "3:4"],
  "/card/image_fit": ["contain", "cover"],
};

const GROUPS = new Set(["/color", "/font", "/card"]);

type Report = (rule: string, pointer: string, part: "key" | "value", message: string, hint: string) => void;

/** Reads `template.yaml`; without one the template is named as its folder and looks plain. */
export function readTemplateSettings(
  folderName: string,
  file: string,
  bytes: Uint8Array | undefined,
  version: string,
): { readonly settings: TemplateSettings; readonly diagnostics: readonly Diagnostic[] } {
  const plain: TemplateSettings = { name: folderName, version, tokens: PLAIN_TOKENS, presets: {} };
  if (bytes === undefined) return { settings: plain, diagnostics: [] };
  const { document, diagnostics } = readYaml(file, bytes);
  if (!document || !isMapping(document.value)) return { settings: plain, diagnostics };
  const found = [...diagnostics];
  const report = reporter(document, found);
  const value = document.value;
  checkKeys(value, "", ["name", "version", "tokens", "presets"], report);
  if (value["name"] !== folderName) {
    report(
      "template-name",
      "/name",
      "value",
      `name is "${String(value["name"])}", the folder "${folderName}"`,
      `write name: ${folderName}`,
    );
  }
  if (typeof value["version"] !== "string" || !/^\d+\.\d+\.\d+$/.test(value["version"])) {
    report(
      "template-version",
      "/version",
      "value",
      `version "${String(value["version"])}" is not of the form 1.2.3`,
      `write version: "1.0.0"`,
    );
  }
  const own = readTokens(value["tokens"] ?? {}, "/tokens", report);
  const presets: Record<string, Tokens> = {};
  if (isMapping(value["presets"])) {
    for (const [name, tokens] of Object.entries(value["presets"])) {
      presets[name] = readTokens(tokens, `/presets/${escapePointer(name)}`, report);
    }
  } else if (value["presets"] !== undefined) {
    report(
      "template-type",
      "/presets",
      "value",
      "presets must be a mapping of names to tokens",
      "look at templates/default",
    );
  }
  if (found.some((one) => one.severity === "error")) return { settings: plain, diagnostics: found };
  const looks: Looks = { tokens: tokensOf(own, undefined, { tokens: PLAIN_TOKENS, presets: {} }), presets };
  checkContrast(looks, report);
  return { settings: { ...looks, name: folderName, version: String(value["version"]) }, diagnostics: found };
}

/** Reads one file of words: a flat mapping of keys to texts. */
export function readMessages(
  file: string,
  bytes: Uint8Array,
): {
  readonly messages: Messages;
  readonly locate: Document["locate"] | undefined;
  readonly diagnostics: readonly Diagnostic[];
} {
  const { document, diagnostics } = readYaml(file, bytes);
  if (!document || !isMapping(document.value)) return { messages: {}, locate: undefined, diagnostics };
  const found = [...diagnostics];
  const report = reporter(document, found);
  const messages: Record<string, string> = {};
  for (const [key, text] of Object.entries(document.value)) {
    const pointer = `/${escapePointer(key)}`;
    if (!/^[a-z][A-Za-z0-9.]{0,60}$/.test(key)) {
      report(
        "template-message-key",
        pointer,
        "key",
        `"${key}" is no key of a message`,
        "letters, digits and dots, a small letter first",
      );
    } else if (typeof text !== "string") {
      report("template-type", pointer, "value", `message "${key}" is not a text`, "put it in quotes");
    } else messages[key] = text;
  }
  return { messages, locate: document.locate, diagnostics: found };
}

function readTokens(value: unknown, pointer: string, report: Report): Tokens {
  if (!isMapping(value)) {
    report("template-type", pointer, "value", "tokens must be a mapping", "look at templates/default/template.yaml");
    return {};
  }
  const walk = (node: Mapping, path: string) => {
    const names = Object.keys(TOKEN_VALUES)
      .filter((token) => token.startsWith(`${path}/`))
      .map((token) => token.slice(path.length + 1).split("/", 1)[0] ?? "");
    checkKeys(node, pointer + path, [...new Set(names)], report);
    for (const [name, child] of Object.entries(node)) {
      const at = `${path}/${name}`;
      const allowed = TOKEN_VALUES[at];
      if (GROUPS.has(at)) {
        if (isMapping(child)) walk(child, at);
        else
          report(
            "template-type",
            pointer + at,
            "value",
            `${name} must be a mapping`,
            "look at templates/default/template.yaml",
          );
      } else if (allowed === "color") {
        if (typeof child !== "string" || !/^#[0-9a-fA-F]{6}$/.test(child)) {
          report(
            "template-token",
            pointer + at,
            "value",
            `"${String(child)}" is not a colour`,
            `write it like "#1f5c4d"`,
          );
        }
      } else if (allowed !== undefined && !allowed.includes(String(child))) {
        report(
          "template-token",
          pointer + at,
          "value",
          `"${String(child)}" is not a value of ${name}`,
          `it can be ${allowed.join(", ")}`,
        );
      }
    }
  };
  walk(value, "");
  return value;
}

/** A template must not start a store with text that nobody can read. */
function checkContrast(looks: Looks, report: Report): void {
  const check = (color: CompleteTokens["color"], pointer: string) => {
    for (const ground of ["background", "surface"] as const) {
      if (contrastOf(color.text, color[ground]) >= TEXT_CONTRAST) continue;
      report(
        "template-contrast",
        `${pointer}/color/text`,
        "value",
        `text ${color.text} cannot be read on ${ground} ${color[ground]}`,
        "at least 4.5:1",
      );
    }
  };
  check(looks.tokens.color, "/tokens");
  for (const name of Object.keys(looks.presets))
    check(tokensOf(undefined, name, looks).color, `/presets/${escapePointer(name)}`);
}

function checkKeys(value: Mapping, pointer: string, allowed: readonly string[], report: Report): void {
  for (const key of Object.keys(value)) {
    if (allowed.includes(key)) continue;
    report(
      "template-unknown-key",
      `${pointer}/${escapePointer(key)}`,
      "key",
      `"${key}" is unknown here`,
      suggest(key, allowed),
    );
  }
}

const reporter =
  (document: Document, found: Diagnostic[]): Report =>
  (rule, pointer, part, message, hint) =>
    found.push({ rule, severity: "error", message, hint, location: document.locate(pointer, part) });
