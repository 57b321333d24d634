/** Text made safe for the place in a page where it is put. */

/**
 * A value for HTML text or a quoted attribute. Null and undefined give nothing.
 *
 * Searches by a pattern, which the engine does many characters at a time: most values need no change, and on long
 * ones it is several times as fast as a look at every character.
 */
export function escapeHtml(value: string | number | boolean | null | undefined): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "string" ? value : String(value);
  return ANY_SPECIAL.test(text) ? replaceSpecial(text) : text;
}

function replaceSpecial(text: string): string {
  let escaped = "";
  let from = 0;
  SPECIAL.lastIndex = 0;
  while (SPECIAL.test(text)) {
    const at = SPECIAL.lastIndex - 1;
    escaped += text.slice(from, at) + entityOf(text.charCodeAt(at));
    from = at + 1;
  }
  return escaped + text.slice(from);
}

const SPECIAL = /["&'<>]/g;
const ANY_SPECIAL = /["&'<>]/;

function entityOf(code: number): string {
  switch (code) {
    case 34:
      return "&#34;";
    case 38:
      return "&amp;";
    case 39:
      return "&#39;";
    case 60:
      return "&lt;";
    default:
      return "&gt;";
  }
}

/** A value for XML text: as in HTML, without the characters that XML 1.0 cannot hold at all. */
export const escapeXml = (text: string): string =>
  escapeHtml(NOT_IN_XML.test(text) ? text.replace(EVERY_NOT_IN_XML, "") : text);

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const EVERY_NOT_IN_XML = new RegExp(NOT_IN_XML, "g");

/** JSON for the inside of a script element: no `<` that could close it, no line separator that old parsers end a line at. */
export function jsonForScript(value: unknown): string {
  const json = JSON.stringify(value);
  // Each look for one character runs at the speed of memory; a class of them does not.
  return json.includes("<") || json.includes("\u2028") || json.includes("\u2029")
    ? json.replaceAll(EVERY_UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
    : json;
}

const EVERY_UNSAFE = /[<\u2028\u2029]/g;
