import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { directoryBucket } from "../../action/src/io/directory.ts";

const WRITER = join(import.meta.dirname, "write-until-killed.ts");

test("a folder whose writer is killed holds whole objects only, and the next writer goes on", async () => {
  const scratch = mkdtempSync(join(tmpdir(), "directory-kill-"));
  const folder = join(scratch, "out");
  let seen = 0;
  for (let kill = 0; kill < 12; kill++) {
    const writer = spawn(process.execPath, [WRITER, folder], { stdio: ["ignore", "pipe", "inherit"] });
    const closed = once(writer, "close");
    await once(writer.stdout, "data");
    await wait((kill * 37) % 23);
    writer.kill("SIGKILL");
    expect(await closed).toEqual([null, "SIGKILL"]);

    const bucket = directoryBucket(folder);
    for (const object of await bucket.list({ prefix: "" })) {
      const { text } = object.metadata;
      const found = await bucket.read(object.name);
      const body = object.contentEncoding === "gzip" ? gunzipSync(found?.body ?? "") : Buffer.from(found?.body ?? "");
      expect(body.toString()).toBe(text);
      expect(readFileSync(join(folder, object.name), "utf8")).toBe(text);
      expect(found?.object).toEqual(object);
      seen += 1;
    }
  }
  expect(seen).toBeGreaterThan(12);
  rmSync(scratch, { recursive: true });
});
