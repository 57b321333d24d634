import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { engineHost, type HostLimits } from "../../action/src/io/engine-host.ts";
import type { FolderFiles } from "../../action/src/ports.ts";

async function* filesOf(
  files: Readonly<Record<string, string>>,
): FolderFiles & AsyncGenerator<readonly [string, Buffer]> {
  for (const [name, text] of Object.entries(files)) yield [name, Buffer.from(text)];
}

const run = (code: string, limits: Partial<HostLimits> = {}, data: Readonly<Record<string, string>> = {}) =>
  engineHost(limits).run({ program: filesOf({ "main.mjs": code }), entry: "main.mjs", data: filesOf(data) });

async function linesOf(...given: Parameters<typeof run>): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of run(...given)) lines.push(line);
  return lines;
}

describe("an engine of another commit", () => {
  it("reads the files that it is given, and says lines", async () => {
    const code = 'import { readFileSync } from "node:fs"; console.log(`one\\n${readFileSync("a.txt", "utf8")}`);';
    expect(await linesOf(code, {}, { "a.txt": "ü".repeat(100_000) })).toEqual(["one", "ü".repeat(100_000)]);
  });

  it("has no environment, reads no other file, writes none, and starts no process", async () => {
    const code = `
      import { readFileSync, writeFileSync, readdirSync } from "node:fs";
      import { execFileSync } from "node:child_process";
      const attempt = (what) => { try { what(); console.log("done"); } catch (error) { console.log(error.code); } };
      console.log(JSON.stringify(process.env));
      attempt(() => readFileSync(${JSON.stringify(import.meta.filename)}));
      attempt(() => readdirSync(".."));
      attempt(() => readdirSync("../.."));
      attempt(() => writeFileSync("b.txt", "b"));
      attempt(() => execFileSync("true"));
    `;
    const denied = "ERR_ACCESS_DENIED";
    expect(await linesOf(code)).toEqual(["{}", denied, "done", denied, denied, denied]);
  });

  it.each([
    ["ends with an error", 'console.log("x"); throw new Error("no paper");', "exit code 1: ", "no paper"],
    ["is killed", 'process.kill(process.pid, "SIGKILL");', "SIGKILL", ""],
    ["ends in the middle of a line", 'process.stdout.write("x\\ny");', "in the middle of a line", ""],
    ["cannot be loaded", "this is no program", "exit code 1", "SyntaxError"],
  ])("that %s is told", async (_what, code, said, more) => {
    const failure = await linesOf(code).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: "EngineError",
      message: expect.stringContaining(said) as string,
      hint: expect.stringContaining("action/dist") as string,
    });
    expect(failure).toMatchObject({ message: expect.stringContaining(more) as string });
  });

  it.each([
    ["hangs", "setInterval(() => {}, 1_000);"],
    ["spins", "for (;;);"],
    ["trickles", 'setInterval(() => process.stdout.write("x"), 5);'],
    ["has said all and stays", 'process.stdout.write("x\\n"); setInterval(() => {}, 1_000);'],
    ["closes its output and stays", "process.stdout.destroy(); setInterval(() => {}, 1_000);"],
  ])("that %s is ended", async (_what, code) => {
    await expect(linesOf(code, { silenceMs: 400 })).rejects.toMatchObject({
      name: "EngineError",
      message: expect.stringContaining("said nothing for 0.4 s") as string,
    });
  });

  it("that never ends its line is ended", async () => {
    const code = 'const more = () => process.stdout.write("x".repeat(60_000), more); more();';
    await expect(linesOf(code, { lineBytes: 1_000_000 })).rejects.toMatchObject({
      message: expect.stringContaining("a line of more than 1000000 bytes") as string,
    });
  });

  it("that talks for ever ends when nobody listens any more, and leaves no file", async () => {
    const lines = run(
      'const more = () => process.stdout.write("x\\n".repeat(1_000), more); process.stdout.write(`${process.cwd()}\\n`, more);',
    );
    const folder = String((await lines.next()).value);
    expect(existsSync(folder)).toBe(true);
    expect(await lines.next()).toEqual({ done: false, value: "x" });
    await lines.return();
    expect(existsSync(dirname(folder))).toBe(false);
  });

  it("gets no file of a name that leads elsewhere", async () => {
    await expect(linesOf("", {}, { "../a": "b" })).rejects.toMatchObject({ name: "EngineError" });
  });
});
