/** The code that renders, as one word: equal engines turn equal sources into equal bytes. */
import { ENGINE_HASH } from "./generated/engine.ts";

/** Our own code, and what it formats money and compresses with. */
export function engineOf(versions: { readonly icu?: string; readonly zlib?: string }): string {
  return `${ENGINE_HASH} icu ${versions.icu ?? "none"} zlib ${versions.zlib ?? "none"}`;
}
