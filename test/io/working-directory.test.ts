import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { blobId, workingDirectory } from "../../action/src/io/working-directory.ts";
import { fixtureRepository, temporaryFolder, writeFiles } from "./git-fixture.ts";

const makePipe = (path: string) => execFileSync("mkfifo", [path]);

describe("list", () => {
  it("lists everything below a folder, sorted by code units over whole paths", async () => {
    const root = temporaryFolder();
    writeFiles(root, {
      "tenants/acme.yaml": "id: acme\n",
      "tenants/acme/pages/about.md": "# About\n",
      "tenants/acme-two.yaml": "",
      "tenants/Zed.yaml": "z",
      "elsewhere/x": "",
    });
    expect(await workingDirectory(root).list("tenants")).toEqual([
      { path: "tenants/Zed.yaml", kind: "file", size: 1 },
      { path: "tenants/acme", kind: "directory", size: 0 },
      { path: "tenants/acme-two.yaml", kind: "file", size: 0 },
      { path: "tenants/acme.yaml", kind: "file", size: 9 },
      { path: "tenants/acme/pages", kind: "directory", size: 0 },
      { path: "tenants/acme/pages/about.md", kind: "file", size: 8 },
    ]);
  });

  it("names links, pipes and sockets, and goes into none of them", async () => {
    const root = temporaryFolder();
    writeFiles(root, { "outside/secret.yaml": "secret", "tenants/acme.yaml": "x" });
    symlinkSync("../outside", join(root, "tenants/folder-link"));
    symlinkSync("../outside/secret.yaml", join(root, "tenants/file-link.yaml"));
    symlinkSync("nowhere", join(root, "tenants/broken-link"));
    makePipe(join(root, "tenants/pipe.yaml"));
    const server = createServer().listen(join(root, "tenants/socket"));
    await new Promise((resolve) => server.once("listening", resolve));
    onTestFinished(() => void server.close());
    expect((await workingDirectory(root).list("tenants")).map((entry) => [entry.path, entry.kind])).toEqual([
      ["tenants/acme.yaml", "file"],
      ["tenants/broken-link", "symlink"],
      ["tenants/file-link.yaml", "symlink"],
      ["tenants/folder-link", "symlink"],
      ["tenants/pipe.yaml", "other"],
      ["tenants/socket", "other"],
    ]);
  });

  it("refuses a folder that is missing, a file, or a link", async () => {
    const root = temporaryFolder();
    writeFiles(root, { file: "", "real/acme.yaml": "" });
    symlinkSync("real", join(root, "link"));
    const tree = workingDirectory(root);
    await expect(tree.list("tenants")).rejects.toMatchObject({ code: "missing", message: "there is no tenants" });
    await expect(tree.list("file")).rejects.toMatchObject({ code: "missing" });
    await expect(tree.list("link")).rejects.toMatchObject({ code: "not-a-file", message: "link is a symbolic link" });
  });
});

describe("read", () => {
  it("gives the bytes of a file", async () => {
    const root = temporaryFolder();
    writeFiles(root, { "tenants/logo.png": Uint8Array.of(0, 255, 10) });
    expect([...(await workingDirectory(root).read("tenants/logo.png"))]).toEqual([0, 255, 10]);
  });

  it("follows no link, neither at the end nor on the way", async () => {
    const root = temporaryFolder();
    writeFiles(root, { "outside/secret.yaml": "secret", "tenants/keep": "" });
    symlinkSync("../outside", join(root, "tenants/folder"));
    symlinkSync("../outside/secret.yaml", join(root, "tenants/file.yaml"));
    const tree = workingDirectory(root);
    await expect(tree.read("tenants/file.yaml")).rejects.toMatchObject({ code: "not-a-file" });
    await expect(tree.read("tenants/folder/secret.yaml")).rejects.toMatchObject({ code: "not-a-file" });
    await expect(tree.identify("tenants/folder/secret.yaml")).rejects.toMatchObject({ code: "not-a-file" });
  });

  it("follows no link that takes a file's place after the listing", async () => {
    const root = temporaryFolder();
    writeFiles(root, { secret: "secret", "tenants/acme.yaml": "x" });
    const tree = workingDirectory(root);
    await tree.list("tenants");
    rmSync(join(root, "tenants/acme.yaml"));
    symlinkSync("../secret", join(root, "tenants/acme.yaml"));
    await expect(tree.read("tenants/acme.yaml")).rejects.toMatchObject({ code: "not-a-file" });
  });

  it("does not wait at a pipe, and does not read a folder", async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, "tenants/folder"), { recursive: true });
    makePipe(join(root, "tenants/pipe.yaml"));
    const tree = workingDirectory(root);
    await expect(tree.read("tenants/pipe.yaml")).rejects.toMatchObject({ code: "not-a-file" });
    await expect(tree.read("tenants/folder")).rejects.toMatchObject({ code: "not-a-file" });
    await expect(tree.read("tenants/none")).rejects.toMatchObject({ code: "missing" });
  });

  it.each(["../secret", "tenants/../../secret", "/etc/hostname", "tenants//a", "", "tenants/\0", "./tenants"])(
    "refuses the path %j",
    async (path) => {
      const root = join(temporaryFolder(), "root");
      writeFiles(root, { "../secret": "secret", "tenants/a": "" });
      await expect(workingDirectory(root).read(path)).rejects.toMatchObject({ code: "not-a-file" });
    },
  );
});

it("identifies a file as git does", async () => {
  const repository = fixtureRepository();
  writeFileSync(join(repository.root, "a.bin"), Uint8Array.of(1, 2, 3, 0, 255));
  const tree = workingDirectory(repository.root);
  expect(await tree.identify("a.bin")).toBe(repository.git("hash-object", "a.bin"));
  expect(blobId(new Uint8Array())).toBe("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
});
