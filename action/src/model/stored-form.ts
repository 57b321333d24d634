/** The bytes that are stored for a file: gzip where that is smaller. */
import { METADATA } from "./plan.ts";
import type { SiteFile } from "./site.ts";
import type { Upload } from "../ports.ts";

/** Below this a gzip header costs more than compression saves, in bytes. */
const SMALLEST = 256;

/** Whether compressing is worth a try. */
export function mayCompress(file: SiteFile): boolean {
  return file.compressible && file.body.byteLength >= SMALLEST;
}

/**
 * Options for zlib: a window no larger than a body of `size` bytes fills, and one chunk for what comes out. The
 * defaults clear 256 KiB for each small page. See zlib.net/manual.html, deflateInit2.
 */
export function compression(size: number): { readonly windowBits: number; readonly chunkSize: number } {
  const windowBits = Math.min(15, Math.max(9, 32 - Math.clz32(size - 1)));
  return { windowBits, chunkSize: Math.max(64, size) };
}

/** `gzipped`: the body as zlib compressed it, or undefined when nobody tried. */
export function storedForm(
  { tenant, release }: { readonly tenant: string; readonly release: string },
  file: SiteFile,
  gzipped: Uint8Array | undefined,
): Upload {
  const smaller = gzipped !== undefined && gzipped.byteLength < file.body.byteLength;
  return {
    name: file.path,
    body: smaller ? withoutOrigin(gzipped) : file.body,
    contentType: file.contentType,
    cacheControl: file.cacheControl,
    contentEncoding: smaller ? "gzip" : "",
    metadata: {
      [METADATA.tenant]: tenant,
      [METADATA.release]: release,
      [METADATA.identity]: file.identity,
      [METADATA.kind]: file.kind,
    },
  };
}

/** A gzip header without the time (bytes 4 to 7) and the operating system (byte 9; 255: unknown) that made it. */
function withoutOrigin(gzipped: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(gzipped);
  bytes.fill(0, 4, 8);
  bytes[9] = 255;
  return bytes;
}
