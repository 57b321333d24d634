/** A folder with tenants and templates of its own, and the real scripts run in it as processes. */
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

export const ROOT = join(import.meta.dirname, "../..");

export interface Ended {
  /** The exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  /** All of standard output and standard error so far, as they came. */
  readonly output: () => string;
  /** The next match after the last one; rejects when the process ends first. */
  readonly waitFor: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
}

export interface Workplace {
  readonly folder: string;
  readonly write: (path: string, text: string) => Promise<void>;
  readonly read: (path: string) => Promise<string>;
  readonly remove: (path: string) => Promise<void>;
  readonly run: (
    script: string,
    args?: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ) => Promise<Ended>;
  readonly start: (script: string, args?: readonly string[], environment?: Readonly<Record<string, string>>) => Running;
}

/** A store in ten lines. `name` stands on its pages; the template `minimal` makes the fewest of these. */
export const settingsOf = (id: string, name: string, template = "minimal"): string => `schema: storefront/v1
id: ${id}
brand:
  name: ${name}
theme: { template: ${template} }
locale: { default: en-GB, currency: GBP }
catalog:
  source: products.csv
contact:
  email: hello@${id}.example
`;

/** `count` products: enough of them, and losing most is what a guard refuses. */
export const catalogOf = (count: number): string =>
  [
    "id,title,description,availability,price",
    ...Array.from({ length: count }, (_, at) => `CUP-${at},Cup ${at},Thrown by hand.,in_stock,${at + 1}.00 GBP`),
    "",
  ].join("\n");

/** Holds the store `fernway`, ten products, and both templates. Gone when the test is finished. */
export async function openWorkplace(): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), "workplace-"));
  const running = new Set<Running>();
  onTestFinished(async () => {
    for (const one of running) one.signal("SIGKILL");
    await Promise.all([...running].map(({ ended }) => ended));
    await rm(folder, { recursive: true, force: true });
  });
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await cp(join(ROOT, "templates"), join(folder, "templates"), { recursive: true });
  await write("tenants/fernway.yaml", settingsOf("fernway", "Fernway Pottery"));
  await write("tenants/fernway/products.csv", catalogOf(10));

  const start: Workplace["start"] = (script, args = [], environment = {}) => {
    const one = launch(folder, [join(ROOT, "scripts", script), ...args], environment);
    running.add(one);
    void one.ended.then(() => running.delete(one));
    return one;
  };
  return {
    folder,
    write,
    read: (path) => readFile(join(folder, path), "utf8"),
    remove: (path) => rm(join(folder, path), { recursive: true }),
    run: (script, args, environment) => start(script, args, environment).ended,
    start,
  };
}

/** Only what every process needs of our environment: a developer's own `DESTINATION` must not reach a test. */
function launch(folder: string, args: readonly string[], environment: Readonly<Record<string, string>>): Running {
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { stdout: "", stderr: "", both: "" };
  let seen = 0;
  let hasEnded = false;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8");
    child[name].on("data", (chunk: string) => {
      text[name] += chunk;
      text.both += chunk;
      wake();
    });
  }
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code) => {
      hasEnded = true;
      wake();
      resolve({ code, stdout: text.stdout, stderr: text.stderr });
    });
  });
  return {
    output: () => text.both,
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(text.both.slice(seen));
          if (match === null && !hasEnded) return;
          waiting.delete(look);
          if (match === null) return reject(new Error(`ended without ${pattern}:\n${text.both}`));
          seen += match.index + match[0].length;
          resolve(match);
        };
        waiting.add(look);
        look();
      }),
    signal: (signal) => child.kill(signal),
    ended,
  };
}
