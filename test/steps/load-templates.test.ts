import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { workingDirectory } from "../../action/src/io/working-directory.ts";
import { loadTemplates } from "../../action/src/steps/load-templates.ts";
import { RepoError } from "../../action/src/ports.ts";

function folderWith(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "templates-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const PAGE = "<%= it.policy %>";
const shop = { "templates/shop/index.html.ejs": PAGE, "templates/shop/styles.css": "", "templates/shop/main.js": "" };

test("each folder is a template; one with errors is only named, the others stay", async () => {
  const root = folderWith({ ...shop, "templates/README.md": "", "templates/broken/index.html.ejs": "<%= it. %>" });
  const { templates, diagnostics } = await loadTemplates(workingDirectory(root), "templates");
  expect([...templates].map(([name, template]) => `${name} ${template?.name}`)).toEqual([
    "broken undefined",
    "shop shop",
  ]);
  expect(diagnostics.map(({ rule, location }) => `${rule} ${location.file}:${location.line}`)).toEqual([
    "template-policy templates/broken/index.html.ejs:1",
    "template-syntax templates/broken/index.html.ejs:1",
    "template-file-missing templates/broken/main.js:1",
    "template-file-missing templates/broken/styles.css:1",
  ]);
});

test("a symlink is not followed, a huge file is not read", async () => {
  const root = folderWith({ ...shop, "templates/shop/partials/huge.ejs": "x".repeat(600_000) });
  symlinkSync("/etc/passwd", join(root, "templates/shop/partials/secret.ejs"));
  const { diagnostics } = await loadTemplates(workingDirectory(root), "templates");
  expect(diagnostics.map(({ rule, message }) => `${rule} ${message}`)).toEqual([
    "template-file templates/shop/partials/huge.ejs is larger than 512 KiB",
    "template-file templates/shop/partials/secret.ejs is a symlink, not a file",
  ]);
});

test("without the folder there is nothing to render with", async () => {
  await expect(loadTemplates(workingDirectory(folderWith({})), "templates")).rejects.toBeInstanceOf(RepoError);
});
