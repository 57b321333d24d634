import { expect, test } from "vitest";
import { RepoError, type Entry, type Tree } from "../../action/src/ports.ts";
import { withChanges } from "../../action/src/steps/changed-tree.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);
const file = (path: string): Entry => ({ path, kind: "file", size: 1 });
const folder = (path: string): Entry => ({ path, kind: "directory", size: 0 });

/** Two stores, one of them in a group. */
const ENTRIES = [file("t/a.yaml"), folder("t/a"), file("t/a/p.csv"), folder("t/eu"), file("t/eu/b.yaml")];
const TREE: Tree = {
  list: async (at) => {
    const found = ENTRIES.filter(({ path }) => path.startsWith(`${at}/`));
    if (found.length === 0) throw new RepoError("missing", `no ${at}`);
    return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  },
  read: async (path) => bytes(`old ${path}`),
  identify: async (path) => path,
};

const paths = async (changes: Readonly<Record<string, string | null>>, at = "t"): Promise<unknown> => {
  const tree = withChanges(
    TREE,
    new Map(Object.entries(changes).map(([path, text]) => [path, text === null ? null : bytes(text)])),
  );
  return (await tree.list(at)).map(({ path, kind }) => (kind === "directory" ? `${path}/` : path));
};

test("new files bring their folders, what goes takes its empty ones along", async () => {
  expect(await paths({})).toEqual(["t/a/", "t/a.yaml", "t/a/p.csv", "t/eu/", "t/eu/b.yaml"]);
  expect(await paths({ "t/us/c.yaml": "c" })).toContain("t/us/");
  expect(await paths({ "t/a.yaml": null, "t/a/p.csv": null })).toEqual(["t/eu/", "t/eu/b.yaml"]);
  expect(await paths({ "t/eu/b.yaml": null })).toEqual(["t/a/", "t/a.yaml", "t/a/p.csv"]);
  expect(await paths({ "x/y/z": "1" }, "x")).toEqual(["x/y/", "x/y/z"]);
  expect(await paths({}, "nowhere")).toEqual([]);
});

test("what changed is read as it will be", async () => {
  const tree = withChanges(
    TREE,
    new Map([
      ["t/a.yaml", bytes("new")],
      ["t/a/p.csv", null],
    ]),
  );
  expect(Buffer.from(await tree.read("t/a.yaml")).toString()).toBe("new");
  expect(Buffer.from(await tree.read("t/eu/b.yaml")).toString()).toBe("old t/eu/b.yaml");
  await expect(tree.read("t/a/p.csv")).rejects.toThrow(RepoError);
  expect((await tree.list("t")).find(({ path }) => path === "t/a.yaml")?.size).toBe(3);
});
