import { expect, it } from "vitest";
import { openLocalTree } from "../../scripts/local-tree.ts";
import { temporaryFolder, writeFiles } from "../io/git-fixture.ts";

it("calls a folder elsewhere by the path that was given, also where there is none", async () => {
  const root = temporaryFolder();
  writeFiles(root, { "stores/acme.yaml": "id: acme\n" });
  const there = openLocalTree({ tenants: `${root}/stores` });
  expect((await there.tree.list(there.folders.tenants)).map(({ path }) => path)).toEqual([`${root}/stores/acme.yaml`]);

  const gone = openLocalTree({ tenants: `${root}/none` });
  await expect(gone.tree.list(gone.folders.tenants)).rejects.toMatchObject({
    code: "missing",
    message: expect.stringContaining(`${root}/none`) as string,
  });
});
