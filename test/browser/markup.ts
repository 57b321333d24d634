/** What two checkers find wrong in HTML files. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import vnu from "vnu-jar";

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

/** One line for each error of html-validate in these files. */
export async function findMarkupErrors(files: readonly string[]): Promise<readonly string[]> {
  const { results } = await validator.validateMultipleFiles([...files]);
  return results.flatMap(({ filePath, messages }) =>
    messages.map(({ line, column, ruleId, message }) => `${filePath}:${line}:${column} ${ruleId}: ${message}`),
  );
}

/** Valid, but newer than the checker. */
const NEWER_THAN_NU = ".*(inline-speculation-rules|view-transition).*";

/** One line for each error of the Nu checker in every HTML file under a folder, or in one file. */
export async function findNuErrors(path: string): Promise<readonly string[]> {
  const flags = ["--errors-only", "--format", "gnu", "--exit-zero-always", "--skip-non-html"];
  const { stderr } = await promisify(execFile)(
    "java",
    ["-Xss4m", "-jar", vnu, ...flags, "--filterpattern", NEWER_THAN_NU, path],
    { maxBuffer: 256_000_000 },
  );
  return stderr.split("\n").filter((line) => line !== "");
}
