/** Amounts as people read them. */

/** `812 B`, `12.3 kB`, `4.0 MB`: decimal units, as browsers and clouds count. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 999_950) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 999_950_000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** `0.42 s`, `12.3 s`, `3 min 4 s`. */
export function formatDuration(ms: number): string {
  if (ms < 9_995) return `${(ms / 1e3).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1e3).toFixed(1)} s`;
  const seconds = Math.round(ms / 1e3);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `1 store`, `1,000 stores`. */
export const countOf = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** `1,000`: by hand, as the machine's language must not change what we print. */
export const formatCount = (count: number): string => String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");

/** `+2`, `−1` (a real minus), `0`. */
export const formatDifference = (count: number): string =>
  count > 0 ? `+${formatCount(count)}` : count < 0 ? `−${formatCount(-count)}` : "0";
