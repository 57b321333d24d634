/** `npm run validate`: says everything that is wrong with the tenants and templates here. */
import { Option } from "commander";
import { validate } from "../action/src/commands/validate.ts";
import { photographs } from "../action/src/io/photographs.ts";
import type { Terminal } from "../action/src/io/terminal.ts";
import { hasErrors, type Diagnostic } from "../action/src/model/diagnostic.ts";
import { annotate, annotationCommand } from "../action/src/view/annotations.ts";
import { countOf } from "../action/src/view/measure.ts";
import { diagnosticsJson } from "../action/src/view/report.ts";
import { diagnosticCount, diagnosticLines } from "../action/src/view/text.ts";
import { openDoor } from "./door.ts";
import { openLocalTree } from "./local-tree.ts";
import { EXIT_CODES_HELP, localCommand, onlyOption, templatesOption, tenantsOption } from "./options.ts";

interface Flags {
  readonly tenants: string;
  readonly templates: string;
  readonly only?: ReadonlySet<string>;
  readonly format: "text" | "github" | "json";
}

await openDoor(async (terminal) => {
  const { only = null, format, ...given } = parseFlags(terminal);
  terminal.progress("Reading tenants and templates");
  const { diagnostics, tenants } = await validate({ ...openLocalTree(given), only, pictures: photographs() });
  switch (format) {
    case "json":
      terminal.printExact(diagnosticsJson(diagnostics));
      break;
    case "github":
      printAnnotations(diagnostics, terminal);
      break;
    case "text":
      terminal.print(...diagnosticLines(diagnostics, { color: terminal.color }));
      terminal.print(`${countOf(tenants, "tenant")} checked: ${diagnosticCount(diagnostics)}`);
      break;
  }
  return hasErrors(diagnostics) ? 1 : 0;
});

function parseFlags(terminal: Terminal): Flags {
  return localCommand("validate", "Says everything that is wrong with the tenants and templates.", terminal)
    .addOption(tenantsOption())
    .addOption(templatesOption())
    .addOption(onlyOption())
    .addOption(
      new Option("--format <format>", "json: only { diagnostics: [...] } on standard output; github: annotations")
        .choices(["text", "github", "json"])
        .default("text"),
    )
    .addHelpText("after", EXIT_CODES_HELP)
    .parse()
    .opts<Flags>();
}

/** What GitHub keeps as annotations, as such; the rest as plain lines, so that nothing is missing from the log. */
function printAnnotations(diagnostics: readonly Diagnostic[], terminal: Terminal): void {
  const { kept, leftOut } = annotate(diagnostics);
  terminal.printExact(kept.map((annotation) => `${annotationCommand(annotation)}\n`).join(""));
  for (const [severity, count] of [
    ["error", leftOut.errors],
    ["warning", leftOut.warnings],
  ] as const) {
    const all = diagnostics.filter((one) => one.severity === severity);
    terminal.print(...diagnosticLines(all.slice(all.length - count)));
  }
}
