/** What a JSON Schema validator found, in its author's words. */
import type { ErrorObject } from "ajv";
import { plainColor } from "./color.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { isMapping, type Mapping } from "./mapping.ts";
import { nearest, suggest } from "./suggestion.ts";
import { findUnsafeCharacter, quoteValue } from "./text-safety.ts";
import { escapePointer, type Document } from "./yaml.ts";

/** One error of ajv in verbose mode: `data` is the value, `parentSchema` what it should have been. */
type SchemaError = ErrorObject<string, Record<string, unknown>>;

/** Every error of ajv (`verbose`, `allErrors`) as one diagnostic, branches of a choice folded into one. */
export function describeSchemaErrors(errors: readonly ErrorObject[], locate: Document["locate"]): Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const error of foldChoices(errors as readonly SchemaError[])) {
    const diagnostic = describe(error, locate);
    if (!diagnostic) continue;
    const { line, column } = diagnostic.location;
    found.set(`${line}:${column} ${diagnostic.rule} ${diagnostic.message}`, diagnostic);
  }
  return [...found.values()];
}

/** Where an error stands in a file, as its author would say it: `home[2].cta`. */
function pathText(pointer: string): string {
  if (pointer === "") return "the file";
  const parts = pointer.slice(1).split("/");
  return parts
    .map((part, index) => {
      const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
      if (/^[0-9]+$/.test(name) && index > 0) return `[${name}]`;
      const safe = /^[\w-]{1,60}$/.test(name) ? name : quoteValue(name);
      return index === 0 ? safe : `.${safe}`;
    })
    .join("");
}

/**
 * A failed choice (`oneOf`, `anyOf`) comes after the errors of all its branches, at its own pointer or below.
 * Only the branch that the author was after is worth telling.
 */
function foldChoices(errors: readonly SchemaError[]): SchemaError[] {
  const kept: SchemaError[] = [];
  for (const error of errors) {
    if (error.keyword !== "oneOf" && error.keyword !== "anyOf") {
      kept.push(error);
      continue;
    }
    const branches: SchemaError[] = [];
    for (let last = kept.at(-1); last && isBranchOf(last, error); last = kept.at(-1)) {
      kept.pop();
      branches.unshift(last);
    }
    kept.push(...chosenBranch(error, branches));
  }
  return kept;
}

function isBranchOf(candidate: SchemaError, choice: SchemaError): boolean {
  if (titleOf(choice) !== "") {
    return (
      candidate.instancePath === choice.instancePath || candidate.instancePath.startsWith(`${choice.instancePath}/`)
    );
  }
  return candidate.schemaPath.startsWith(`${choice.schemaPath}/`);
}

function chosenBranch(choice: SchemaError, branches: readonly SchemaError[]): SchemaError[] {
  const { data } = choice;
  switch (titleOf(choice)) {
    case "Link": {
      if (!isMapping(data)) return [{ ...choice, keyword: "type", params: { type: "object" } }];
      const targets = LINK_TARGETS.filter((target) => Object.hasOwn(data, target));
      const [target] = targets;
      if (targets.length === 1 && target !== undefined) {
        return branches.filter((error) =>
          error.instancePath === choice.instancePath
            ? titleOf(error) === LINK_TITLES[target]
            : error.instancePath.startsWith(`${choice.instancePath}/${target}`) ||
              error.instancePath.startsWith(`${choice.instancePath}/label`),
        );
      }
      return [choice, ...branches.filter((error) => concernsEveryLink(error, choice))];
    }
    case "Match value": {
      if (typeof data !== "string" && !Array.isArray(data))
        return [{ ...choice, keyword: "type", params: { type: "string" } }];
      const index = Array.isArray(data) ? 1 : 0;
      return branches.filter((error) => error.schemaPath.startsWith(`${choice.schemaPath}/${index}/`));
    }
    default:
      return [choice];
  }
}

const LINK_TARGETS = ["collection", "page", "url"] as const;
const LINK_TITLES = { collection: "Collection link", page: "Page link", url: "Address link" } as const;

function concernsEveryLink(error: SchemaError, choice: SchemaError): boolean {
  if (error.instancePath !== choice.instancePath) return true;
  const name = error.params["missingProperty"] ?? error.params["additionalProperty"];
  return !LINK_TARGETS.some((target) => target === name);
}

function describe(error: SchemaError, locate: Document["locate"]): Diagnostic | undefined {
  const { keyword, params, data, instancePath: pointer } = error;
  const name = pathText(pointer);
  const at = (rule: string, message: string, hint: string): Diagnostic => ({
    rule,
    severity: "error",
    message,
    hint,
    location: locate(pointer),
  });
  const meaning = descriptionOf(error);

  if (error.propertyName !== undefined) {
    if (keyword === "propertyNames") return undefined;
    const key = error.propertyName;
    return {
      ...at(
        "malformed-key",
        `the key ${quoteValue(key)} in ${name} is not written as keys are`,
        KEY_HINTS[pointer] ?? "a to z, 0 to 9 and hyphens",
      ),
      location: locate(`${pointer}/${escapePointer(key)}`, "key"),
    };
  }

  switch (keyword) {
    case "propertyNames":
      return undefined;
    case "additionalProperties": {
      const key = String(params["additionalProperty"]);
      const value = isMapping(data) ? data[key] : undefined;
      const own = Object.keys(mappingOf(error.parentSchema?.["properties"]));
      // The schema of a link that leads nowhere is the last it was compared with.
      const known = own.includes("label") && own.length === 2 ? ["label", ...LINK_TARGETS] : own;
      const hint =
        value === null && nearest(key, known) === undefined
          ? `if this is a piece of a text, put the whole text in quotes: inside { } a comma begins a new key; ${suggest(key, known)}`
          : suggest(key, known);
      return {
        ...at("unknown-key", `there is no key ${quoteValue(key)} in ${name}`, hint),
        location: locate(`${pointer}/${escapePointer(key)}`, "key"),
      };
    }
    case "required": {
      const key = String(params["missingProperty"]);
      const wanted = mappingOf(mappingOf(error.parentSchema?.["properties"])[key]);
      const say = typeof wanted["description"] === "string" ? wanted["description"] : "";
      return {
        ...at(
          "missing-key",
          `${name} has no ${quoteValue(key)}`,
          `add \`${key}:\`${say === "" ? "" : ` (${trimmed(say)})`}`,
        ),
        location: locate(pointer, "key"),
      };
    }
    case "discriminator": {
      // Without a type, or with one that is no text, another error says so.
      if (params["error"] === "tag") return undefined;
      const value = isMapping(data) ? data["type"] : undefined;
      return {
        ...at("unknown-value", `${name}.type is ${quoteValue(value)}`, suggest(String(value), BLOCK_TYPES)),
        location: locate(`${pointer}/type`),
      };
    }
    case "oneOf":
      return { ...describeChoice(error, at), location: locate(pointer, "key") };
    case "type":
      return at(
        "wrong-type",
        wrongType(name, data),
        data === null && isColor(error)
          ? 'put the colour in quotes, as in "#1a1a1a": without, # begins a comment'
          : typeHint(error, meaning),
      );
    case "const":
      return at("unknown-value", `${name} is ${quoteValue(data)}`, `write ${quoteValue(params["allowedValue"])}`);
    case "enum":
      return at(
        "unknown-value",
        `${name} is ${quoteValue(data)}`,
        suggest(String(data), (params["allowedValues"] as readonly unknown[]).map(String), "allowed"),
      );
    case "pattern":
      return describePattern(error, at);
    case "uniqueItems":
      return {
        ...at("duplicate-value", `${name} has the same value twice`, "keep one of the two"),
        location: locate(`${pointer}/${Math.max(Number(params["i"]), Number(params["j"]))}`),
      };
    default:
      return at("out-of-range", `${name} ${measure(data)}`, `${limitText(keyword, Number(params["limit"]))}${meaning}`);
  }
}

type At = (rule: string, message: string, hint: string) => Diagnostic;

function describeChoice(error: SchemaError, at: At): Diagnostic {
  const name = pathText(error.instancePath);
  const both = Array.isArray(error.params["passingSchemas"]);
  if (titleOf(error) === "Link") {
    const given = LINK_TARGETS.filter((target) => isMapping(error.data) && Object.hasOwn(error.data, target));
    return given.length === 0
      ? at("link-target", `${name} leads nowhere`, "add one of collection, page, url")
      : at("link-target", `${name} leads to several places: ${given.join(", ")}`, "keep one of them");
  }
  return both
    ? at("catalog-choice", `${name} has both "source" and "products"`, "keep one: a file, or products in place")
    : at(
        "catalog-choice",
        `${name} has no products`,
        "add `source: products.csv`, or `products:` with the products in place",
      );
}

function describePattern(error: SchemaError, at: At): Diagnostic | undefined {
  const { data } = error;
  const name = pathText(error.instancePath);
  if (typeof data !== "string") return undefined;
  // The reader of the file has said it, at the character's own place.
  if (findUnsafeCharacter(data)) return undefined;
  const title = titleOf(error);
  if (title.endsWith(" path")) {
    const leaves = /^[/\\~]|^[a-z][a-z0-9+.-]*:|(?:^|[/\\])\.\.?(?:[/\\]|$)/i.test(data);
    const endings = /\(\?:([a-z?|]+)\)\$$/.exec(String(error.params["pattern"]))?.[1]?.split("|") ?? [];
    if (!leaves && !endings.some((ending) => new RegExp(String.raw`\.${ending}$`).test(data))) {
      return at(
        "malformed-path",
        `${name} ${quoteValue(data)} is of no kind that is read here`,
        `it ends in ${endings.map((ending) => `.${ending.replace("?", "")}`).join(", ")}, in small letters`,
      );
    }
    return leaves
      ? at(
          "unsafe-path",
          `${name} ${quoteValue(data)} leads out of the tenant's folder`,
          `a path inside it. ${descriptionText(error)}`,
        )
      : at(
          "malformed-path",
          `${name} ${quoteValue(data)} is not a path that is accepted`,
          `letters, digits, dot, hyphen, underscore, slash between folders. ${descriptionText(error)}`,
        );
  }
  if (title === "Web address") {
    return at(
      "unsafe-address",
      `${name} ${quoteValue(data)} is not an address that is accepted`,
      "https://host.example/…, mailto:name@host.example or tel:+49…, without spaces or quotes",
    );
  }
  if (/<>?\]\+\$$/.test(String(error.params["pattern"]))) {
    if (/[<>]/.test(data))
      return at(
        "text-markup",
        `${name} ${quoteValue(data)} contains < or >`,
        "write plain words; formatting comes from the template",
      );
    if (/[\n\t]/.test(data))
      return at(
        "malformed-value",
        `${name} ${quoteValue(data)} is more than one line`,
        "write it on one line, without tabs",
      );
    return at(
      "malformed-value",
      `${name} ${quoteValue(data)} has nothing to read`,
      "write some text, or leave the key out",
    );
  }
  if (isColor(error)) {
    const color = plainColor(data);
    const rule = "a colour is # and six of 0 to 9, a to f: #rrggbb";
    return at(
      "malformed-value",
      `${name} ${quoteValue(data)} is not written as colours are`,
      color === undefined ? rule : `write "${color}"; ${rule}`,
    );
  }
  return at(
    "malformed-value",
    `${name} ${quoteValue(data)} is not written as it must be`,
    descriptionText(error) || `pattern: ${String(error.params["pattern"])}`,
  );
}

const isColor = (error: SchemaError): boolean => error.parentSchema?.["pattern"] === "^#[0-9a-fA-F]{6}$";

const KEY_HINTS: Readonly<Record<string, string>> = {
  "/locale/messages": "a message of the template: letters, digits and dots (cart.empty)",
};

const BLOCK_TYPES = "hero collections products features faq quote text image_text gallery logos hours".split(" ");

const wrongType = (name: string, data: unknown): string =>
  data === null ? `${name} has no value` : `${name} is ${typeName(data)}`;

function typeName(data: unknown): string {
  if (typeof data === "string") return `the text ${quoteValue(data)}`;
  return typeof data === "number" ? `the number ${data}` : quoteValue(data);
}

function typeHint({ params, data, parentSchema }: SchemaError, meaning: string): string {
  const type = String(params["type"]);
  const required: unknown = parentSchema?.["required"];
  // A text in place of a mapping is meant for the one key that the mapping must have.
  if (type === "object" && typeof data === "string" && Array.isArray(required) && required.length === 1) {
    return `write it under its key: { ${String(required[0])}: ${quoteValue(data)} }${meaning}`;
  }
  const wanted = {
    string: typeof data === "number" || typeof data === "boolean" ? `put it in quotes: "${data}"` : "write a text",
    object: "write keys with values under it",
    array: "write a list: each item on a line of its own, after a hyphen",
    boolean: "write true or false",
    integer: "write a whole number",
  }[type];
  return `${wanted ?? `write a ${type}`}${meaning}`;
}

/** Characters are counted as JSON Schema counts them: code points. */
function measure(data: unknown): string {
  if (typeof data === "string") {
    return `${quoteValue(data)} has ${data.replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, "_").length} characters`;
  }
  if (Array.isArray(data)) return `has ${data.length} items`;
  return isMapping(data) ? `has ${Object.keys(data).length} keys` : `is ${quoteValue(data)}`;
}

const limitText = (keyword: string, limit: number): string =>
  `at ${keyword.startsWith("min") ? "least" : "most"} ${limit}`;

const titleOf = (error: SchemaError): string => String(error.parentSchema?.["title"] ?? "");
const descriptionText = (error: SchemaError): string => {
  const description: unknown = error.parentSchema?.["description"];
  return typeof description === "string" ? trimmed(description) : "";
};
const descriptionOf = (error: SchemaError): string => {
  const text = descriptionText(error);
  return text === "" ? "" : ` (${text})`;
};
const trimmed = (text: string): string => text.replace(/\.$/, "");

const mappingOf = (value: unknown): Mapping => (isMapping(value) ? value : {});
