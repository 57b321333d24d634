/** A bucket's part under one prefix, as a bucket that knows no other names. */
import { BucketError, type Bucket, type StoredObject } from "../ports.ts";

/**
 * Names inside are relative to the prefix, which ends in a slash (or is empty: then only the rules for names hold).
 * A name with a `..`, `.` or empty segment is `invalid`, whatever the bucket beneath would make of it.
 */
export function scopeBucket(bucket: Bucket, prefix: string): Bucket {
  if (prefix !== "") {
    if (!prefix.endsWith("/"))
      throw new BucketError("invalid", `the prefix ${JSON.stringify(prefix)} does not end in /`);
    checkSegments(prefix.slice(0, -1));
  }

  function outer(name: string): string {
    checkSegments(name);
    return prefix + name;
  }

  function inner(object: StoredObject): StoredObject {
    if (!object.name.startsWith(prefix)) {
      throw new BucketError("unknown", `the bucket answered with ${object.name}, which is not under ${prefix}`);
    }
    return { ...object, name: object.name.slice(prefix.length) };
  }

  return {
    async list({ prefix: within, startOffset, endOffset }) {
      const listed = await bucket.list({
        prefix: prefix + within,
        ...(startOffset === undefined ? {} : { startOffset: prefix + startOffset }),
        ...(endOffset === undefined ? {} : { endOffset: prefix + endOffset }),
      });
      return listed.map(inner);
    },
    async read(name) {
      const found = await bucket.read(outer(name));
      return found && { object: inner(found.object), body: found.body };
    },
    async write(upload, expect) {
      return inner(await bucket.write({ ...upload, name: outer(upload.name) }, expect));
    },
    async remove(name, expect) {
      await bucket.remove(outer(name), expect);
    },
  };
}

/** An empty segment or one of dots, alone in its group. */
const BAD_SEGMENT = /(?:^|\/)(\.{0,2})(?=\/|$)/;

function checkSegments(name: string): void {
  const bad = BAD_SEGMENT.exec(name);
  if (bad !== null) {
    throw new BucketError("invalid", `${JSON.stringify(name)} has the segment ${JSON.stringify(bad[1])}`, {
      hint: "a name inside a tenant is a plain path like assets/style.css",
    });
  }
}
