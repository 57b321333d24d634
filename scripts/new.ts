/** `npm run new -- acme`: writes a new tenant with a catalog to start from. */
import { mkdir, writeFile } from "node:fs/promises";
import slugify from "@sindresorhus/slugify";
import { validate } from "../action/src/commands/validate.ts";
import type { Terminal } from "../action/src/io/terminal.ts";
import { hasErrors } from "../action/src/model/diagnostic.ts";
import { groupSources } from "../action/src/model/source.ts";
import { RepoError, type Tree } from "../action/src/ports.ts";
import { withChanges } from "../action/src/steps/changed-tree.ts";
import type { Folders } from "../action/src/steps/load-stores.ts";
import { diagnosticLines } from "../action/src/view/text.ts";
import { askForAnswers, PALETTES, titleOf, type PartialAnswers, type Rules } from "./ask.ts";
import { UsageError } from "../action/src/door.ts";
import { openDoor } from "./door.ts";
import { localCommand, templatesOption, tenantsOption } from "./options.ts";
import { openLocalTree } from "./local-tree.ts";
import { starterRules } from "./starter-rules.ts";
import { CATALOG_NAME, currencyOf, starterCatalog, starterSettings, type Answers } from "./starter-tenant.ts";

interface Request {
  readonly tree: Tree;
  readonly folders: Folders;
  /** The folders between that of the tenants and the file: `eu`, or none. */
  readonly group: readonly string[];
  readonly given: PartialAnswers;
}

await openDoor(async (terminal) => {
  const request = parseRequest(terminal);
  const { tenants } = request.folders;
  const { sources } = groupSources(await withChanges(request.tree, new Map()).list(tenants), tenants);
  const rules = starterRules(new Set(sources.map(({ id }) => id)));
  checkGiven(request.given, rules);
  const isTalking = terminal.isInteractive && process.stdin.isTTY;
  const answers = isTalking ? await askForAnswers(request.given, rules) : assumeTheRest(request.given);
  if (answers !== undefined) return writeTenant(answers, request, terminal);
  terminal.print("Nothing was written");
  return 0;
});

function parseRequest(terminal: Terminal): Request {
  const command = localCommand(
    "new",
    "Writes a new tenant with a catalog to start from; asks for what is not given.",
    terminal,
  )
    .usage("[id] [options]")
    .argument("[id]", "id of the store, which is its file's name; eu/acme puts it into a folder")
    .option("--name <text>", "name of the store (default: made from the id)")
    .option("--colors <colors>", `background,text,accent as #rrggbb, or one of ${Object.keys(PALETTES).join(", ")}`)
    .option("--locale <locale>", "language and country (default: en-GB)")
    .option("--currency <code>", "ISO 4217 (default: the country's)")
    .option("--email <address>", "where enquiries go")
    .option("--template <name>", "a folder in templates/ (default: default)")
    .addOption(tenantsOption())
    .addOption(templatesOption())
    .parse();
  const { colors, tenants, templates, ...given } = command.opts<
    Omit<PartialAnswers, "colors"> & { colors?: string; tenants: string; templates: string }
  >();
  const path = command.args[0]?.split("/") ?? [];
  const id = path.at(-1);
  const palette = colors === undefined ? undefined : parseColors(colors);
  const group = path.slice(0, -1);
  if (!group.every((segment) => /^[a-z0-9][a-z0-9-]*$/.test(segment))) {
    throw new UsageError(
      `"${group.join("/")}" is not a folder inside ${tenants}: lower-case letters, digits and hyphens`,
    );
  }
  return { ...openLocalTree({ tenants, templates }), group, given: { ...given, id, colors: palette } };
}

function parseColors(text: string): NonNullable<Answers["colors"]> {
  const [background, ink, accent, ...more] = text.split(",").map((color) => color.trim());
  const palette = PALETTES[text];
  if (palette !== undefined) return palette;
  if (background !== undefined && ink !== undefined && accent !== undefined && more.length === 0) {
    return { background, text: ink, accent };
  }
  throw new UsageError(`--colors "${text}": give background,text,accent or one of ${Object.keys(PALETTES).join(", ")}`);
}

function checkGiven({ id, name, colors, locale, currency, email }: PartialAnswers, rules: Rules): void {
  check("id", id, (value) => {
    const problem = rules.id(value);
    const better = slugify(value);
    return problem === undefined || better === value || rules.id(better) !== undefined
      ? problem
      : `${problem}. Did you mean ${better}?`;
  });
  check("--name", name, rules.name);
  for (const color of Object.values(colors ?? {})) check("--colors", color, rules.color);
  check("--locale", locale, rules.locale);
  check("--currency", currency, rules.currency);
  check("--email", email, rules.email);
}

function check(what: string, value: string | undefined, rule: (value: string) => string | undefined): void {
  const problem = value === undefined ? undefined : rule(value);
  if (problem !== undefined) throw new UsageError(`${what} "${value}": ${problem}`);
}

function assumeTheRest(given: PartialAnswers): Answers {
  const { id, email, locale = "en-GB", template = "default", colors } = given;
  const currency = given.currency ?? currencyOf(locale);
  if (id === undefined || email === undefined || currency === undefined) {
    const missing = Object.entries({ "an id": id, "--email": email, "--currency": currency })
      .filter(([, value]) => value === undefined)
      .map(([name]) => name);
    throw new UsageError(`${missing.join(" and ")} missing; on a terminal you would be asked`);
  }
  return { id, name: given.name ?? titleOf(id), colors, locale, currency, email, template };
}

/** Nothing is written unless the real checks find no error in what would be. */
async function writeTenant(answers: Answers, request: Request, terminal: Terminal): Promise<number> {
  const folder = [request.folders.tenants, ...request.group, answers.id].join("/");
  const file = `${folder}.yaml`;
  const catalog = `${folder}/${CATALOG_NAME}`;
  const files = new Map([
    [file, Buffer.from(starterSettings(file, answers))],
    [catalog, Buffer.from(starterCatalog(answers.currency))],
  ]);
  const tree = withChanges(request.tree, files);
  await refuseOverwriting(request.tree, folder);
  const { diagnostics } = await validate({ tree, folders: request.folders, only: new Set([answers.id]) });
  terminal.complain(...diagnosticLines(diagnostics));
  if (hasErrors(diagnostics)) {
    terminal.complain("Nothing was written");
    return 1;
  }
  await mkdir(folder, { recursive: true });
  for (const [path, body] of files) await writeFile(path, body, { flag: "wx" });
  terminal.print(
    `Wrote ${file} and ${catalog}`,
    "",
    "Next:",
    `  Put your products into ${catalog}`,
    `  npm start         shows the store at http://${answers.id}.localhost:8080/`,
    "  npm run validate  checks all tenants before you open a pull request",
  );
  return 0;
}

/** A folder may be left from a store whose YAML is gone: what is in it is somebody's. */
async function refuseOverwriting(tree: Tree, folder: string): Promise<void> {
  const entries = await tree.list(folder).catch((error: unknown) => {
    if (error instanceof RepoError && error.code === "missing") return [];
    throw error;
  });
  if (entries.length > 0) throw new UsageError(`${folder}/ is there already, and not empty: choose another id`);
}
