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
