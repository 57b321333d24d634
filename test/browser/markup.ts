/** What two checkers find wrong in HTML files. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

/** Shipped in the package; its JavaScript would only look for a Java to download. */
const NU = join(import.meta.dirname, "../../node_modules/vnu-jar/build/dist/vnu.jar");

const validator = new HtmlValidate(
  new StaticConfigLoader({
    root: true,
    extends: ["html-validate:recommended"],
    rules: {
      // How long a title may be is the tenant schema's to say.
      "long-title": "off",
      // The boxes of one filter share its name; that is how a form sends several values.
      "form-dup-name": ["error", { shared: ["radio", "button", "submit", "reset", "checkbox"] }],
    },
  }),
);

/** One fault of HTML. A fault of a template is on every page, so the places of one are counted. */
export interface MarkupFault {
  readonly message: string;
  readonly places: number;
  /** `FILE:LINE:COLUMN`. */
  readonly first: string;
}

/** What html-validate objects to in these files. */
export async function findMarkupFaults(files: readonly string[]): Promise<readonly MarkupFault[]> {
  const { results } = await validator.validateMultipleFiles([...files]);
  return gather(
    results.flatMap(({ filePath, messages }) =>
      messages.map(({ line, column, ruleId, message }) => ({
        place: `${filePath}:${line}:${column}`,
        message: `${ruleId}: ${message}`,
      })),
    ),
  );
}

/** Valid, but newer than the checker. */
const NEWER_THAN_NU = ".*(inline-speculation-rules|view-transition).*";

/** What the Nu checker objects to in every HTML file under a folder. */
export async function findNuFaults(folder: string): Promise<readonly MarkupFault[]> {
  const flags = ["--errors-only", "--format", "json", "--exit-zero-always", "--skip-non-html"];
  const { stderr } = await promisify(execFile)(
    "java",
    ["-jar", NU, ...flags, "--filterpattern", NEWER_THAN_NU, folder],
    { maxBuffer: 512_000_000 },
  );
  const { messages } = JSON.parse(stderr) as { readonly messages: readonly NuMessage[] };
  return gather(
    messages.map(({ url, lastLine, firstColumn, message }) => ({
      place: `${url}:${lastLine}:${firstColumn}`,
      message: String(message),
    })),
  );
}

/** A file that could not be read has a message, too, but no line. */
interface NuMessage {
  readonly url?: string;
  readonly lastLine?: number;
  readonly firstColumn?: number;
  readonly message?: string;
}

function gather(errors: readonly { readonly place: string; readonly message: string }[]): readonly MarkupFault[] {
  const faults = new Map<string, MarkupFault>();
  for (const { place, message } of errors) {
    const known = faults.get(message);
    faults.set(message, { message, places: (known?.places ?? 0) + 1, first: known?.first ?? place });
  }
  return [...faults.values()];
}
