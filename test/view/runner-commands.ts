/** The runner's two command parsers, after its `ActionCommand.cs`: what it would take from a step's output. */

/** .NET's `StreamReader.ReadLine`, and the wider set of other readers: a command in either is a command. */
const LINE_READERS = [/\r\n|\r|\n/, /\r\n|[\n\v\f\r\u0085\u2028\u2029]/];

/** .NET's `char.IsWhiteSpace`, which `TrimStart` goes by. */
const DOTNET_WHITE_SPACE = /^[\t-\r\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/** Comparison by culture looks through characters without weight; so both readings count. */
const readings = (line: string): string[] => [
  line,
  line.replaceAll(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, ""),
];

/** Every line of `output` in which the runner sees a command of any name. */
export function findCommands(output: string): string[] {
  const lines = LINE_READERS.flatMap((reader) => output.split(reader));
  return lines.filter((line) => readings(line).some((text) => isNewStyle(text) || isOldStyle(text)));
}

function isNewStyle(line: string): boolean {
  const text = line.replace(DOTNET_WHITE_SPACE, "");
  return text.startsWith("::") && text.indexOf("::", 2) !== -1;
}

function isOldStyle(line: string): boolean {
  const start = line.indexOf("##[");
  return start !== -1 && line.indexOf("]", start) !== -1;
}
