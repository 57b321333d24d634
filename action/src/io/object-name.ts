/** What a bucket takes as an object's name or metadata, and the order in which it lists names. */
import { BucketError, type Upload } from "../ports.ts";

const MOST_NAME_BYTES = 1024;
/** Cloud Storage stops at 8 KiB for keys and values of an object together. */
const MOST_METADATA_BYTES = 8192;
const METADATA_KEY = /^[a-z0-9][a-z0-9-]*$/;
/** Values travel in HTTP headers. */
const METADATA_VALUE = /^(?:[!-~](?:[ -~]*[!-~])?)?$/;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Throws `BucketError` `invalid` for a name that Cloud Storage refuses or that people cannot read back. */
export function checkName(name: string): void {
  const problem =
    name === ""
      ? "is empty"
      : Buffer.byteLength(name) > MOST_NAME_BYTES
        ? `is longer than ${MOST_NAME_BYTES} bytes`
        : CONTROL.test(name)
          ? "has a control character"
          : !name.isWellFormed()
            ? "is not valid Unicode"
            : name === "." || name === ".."
              ? "stands for a folder"
              : name.startsWith(".well-known/acme-challenge/")
                ? "is kept for certificates"
                : undefined;
  if (problem !== undefined) throw new BucketError("invalid", `the object name ${JSON.stringify(name)} ${problem}`);
}

/** Throws `BucketError` `invalid` for an upload that one of the buckets could not give back as it was given. */
export function checkUpload(upload: Upload): void {
  checkName(upload.name);
  if (upload.contentType === "" || upload.cacheControl === "") {
    throw new BucketError("invalid", `${upload.name} does not say what it is, or how long it may be kept`, {
      hint: "without a content type or cache policy, Cloud Storage answers with one of its own",
    });
  }
  let bytes = 0;
  // By keys: entries would be an array for each of them, at every upload.
  for (const key in upload.metadata) {
    const value = upload.metadata[key] ?? "";
    bytes += key.length + value.length;
    if (!METADATA_KEY.test(key) || !METADATA_VALUE.test(value)) {
      throw new BucketError(
        "invalid",
        `the metadata ${JSON.stringify(`${key}: ${value}`)} of ${upload.name} cannot be a header`,
        {
          hint: "keys are lower-case letters, digits and hyphens; values are printable ASCII",
        },
      );
    }
  }
  if (bytes > MOST_METADATA_BYTES) {
    throw new BucketError("invalid", `the metadata of ${upload.name} is longer than ${MOST_METADATA_BYTES} bytes`);
  }
}

/** The order of a listing: UTF-8 bytes, which differs from JavaScript's order of strings beyond U+D7FF. */
export function compareNames(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return isSurrogate(left) === isSurrogate(right) ? left - right : isSurrogate(left) ? 1 : -1;
  }
  return a.length - b.length;
}

/** Whether a listing would have the name. */
export function isListed(name: string, listing: { prefix: string; startOffset?: string; endOffset?: string }): boolean {
  return (
    name.startsWith(listing.prefix) &&
    (listing.startOffset === undefined || compareNames(name, listing.startOffset) >= 0) &&
    (listing.endOffset === undefined || compareNames(name, listing.endOffset) < 0)
  );
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
