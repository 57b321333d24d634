/** Text as an attacker would put it into a tenant, for property tests. */
import * as fc from "fast-check";

const PIECES = [
  ":", "::", "##[", "[", "]", "#", "set-output name=approved;", "error", "add-mask", "stop-commands", "%0A",
  ..."\r\n\t\v\f \u00a0\u0085\u2003\u2028\u2029\u3000\u200b\u200d\u2060\ufeff\u00ad\u202e\u2066\u0000\u001b\u0007\u180e\ufe0f".split(""),
  "`", "``", "```", "~~~", "|", "\\", "\\|", "*", "_", "~~", "<", ">", "</details>", "<!--", "<img src=x>", "<b>",
  "@", "@acme/owners", "#1", "GH-1", "![x](https://tracker.example/p.png)", "[x](javascript:alert(1))",
  "https://evil.example/", "www.evil.example", "mail@evil.example", "&#64;", "&lt;", "{", "}", "---", "===", "- ", "1. ",
  "    ", "\n\n", "\ud800", "\u{1f600}", "x",
]; // prettier-ignore

/** Any text, mostly composed of dangerous pieces. */
export const hostileText = (): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((parts) => parts.join("")) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  );
