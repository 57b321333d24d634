/** Stylesheets as they are sent: without the space and the comments that only their authors read. */

/** A string, which stays; space around punctuation, behind a colon, and elsewhere. Inside `calc()` and before a colon it means something. */
const PARTS =
  /("(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*')|(?:\s|\/\*[\s\S]*?\*\/)*([{};,>]|$)(?:\s|\/\*[\s\S]*?\*\/)*|:\s+|(?:\s|\/\*[\s\S]*?\*\/)+/g;

/** The same rules in fewer bytes. */
export const compactStyles = (css: string): string =>
  css
    .replaceAll(PARTS, (part, text?: string, mark?: string) => text ?? mark ?? (part.startsWith(":") ? ":" : " "))
    .replaceAll(";}", "}")
    .trim();
