/** The folder of a preview: which pull request it is of, and what makes that nobody finds it who was not told. */

/** Which preview a name belongs to. */
export interface PreviewFolder {
  /** With its slash: `pr-7-0123456789abcdef0123456789abcdef/`. */
  readonly folder: string;
  readonly pullRequest: number;
}

/** What all names of previews begin with. */
export const PREVIEW_PREFIX = "pr-";

/** `secret` has 128 bits as 32 hex digits. */
export const previewFolder = (pullRequest: number, secret: string): string =>
  `${PREVIEW_PREFIX}${pullRequest}-${secret}/`;

/** Undefined for the name of anything else. */
export function previewOfName(name: string): PreviewFolder | undefined {
  const [folder, number] = /^pr-([1-9]\d{0,8})-[0-9a-f]{32}\//.exec(name) ?? [];
  return folder === undefined ? undefined : { folder, pullRequest: Number(number) };
}
