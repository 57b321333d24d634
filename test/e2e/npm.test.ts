/** The commands as the README has them: through npm, from the repository itself. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openWorkplace, ROOT } from "./workplace.ts";

interface Ended {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (file: string, args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(file, args, { cwd: ROOT }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
  });

test("npm run validate finds the tenants of this repository good", async () => {
  const { code, stdout } = await run("npm", ["run", "--silent", "validate"]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+ tenants checked: no problems\n$/) as unknown,
  });
});

test("Ctrl-C at npm start ends in success", async () => {
  const { folder } = await openWorkplace();
  for (const name of ["package.json", "scripts", "node_modules"]) await symlink(join(ROOT, name), join(folder, name));
  const child = spawn("npm", ["start", "--", "--port", "0"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGTERM"));
  let output = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    const wasReady = output.includes("Ctrl-C stops.");
    output += String(chunk);
    if (!wasReady && output.includes("Ctrl-C stops.")) child.kill("SIGINT");
  }
  expect([child.exitCode ?? (await once(child, "exit"))[0], output]).toEqual([0, expect.stringMatching(/Stopped\n$/)]);
});

test("a script's exit code is npm's", async () => {
  expect((await run("npm", ["run", "--silent", "provision", "--", "--nonsense"])).code).toBe(64);
});

test.each(["start", "new", "validate", "provision"])(
  "npm run %s looks at Node's version before it starts",
  async (name) => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    expect(scripts[name]).toMatch(
      new RegExp(`^node scripts/node-version\\.mjs && (?:exec )?node .*scripts/${name}\\.ts$`),
    );
  },
);

test.each([
  { version: "20.19.4", code: 64 },
  { version: "22.11.0", code: 64 },
  { version: "22.12.0", code: 0 },
  { version: "24.0.0", code: 0 },
])("Node $version ends with $code", async ({ version, code }) => {
  const pretend = `Object.defineProperty(process, "versions", { value: { node: "${version}" } });`;
  const ended = await run(process.execPath, [
    "--import",
    `data:text/javascript,${encodeURIComponent(pretend)}`,
    "scripts/node-version.mjs",
  ]);
  expect(ended.code).toBe(code);
  expect(ended.stderr.includes(`This needs Node 22.12 or newer; this is Node ${version}.`)).toBe(code === 64);
});
