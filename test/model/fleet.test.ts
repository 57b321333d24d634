/** Which files are tenants, and what must hold between them. */
import { describe, expect, it } from "vitest";
import { checkFleet, normaliseHost } from "../../action/src/model/fleet.ts";
import { groupSources, type Source } from "../../action/src/model/source.ts";
import type { Entry } from "../../action/src/ports.ts";

const entry = (path: string, kind: Entry["kind"] = "file"): Entry => ({ path, kind, size: kind === "file" ? 1 : 0 });

/** Adds the folders that a listing would have, in the order that it would have. */
function listing(...entries: Entry[]): Entry[] {
  const all = new Map(entries.map((one) => [one.path, one]));
  for (const { path } of entries) {
    const parts = path.split("/");
    for (let depth = 2; depth < parts.length; depth++) {
      const folder = parts.slice(0, depth).join("/");
      if (!all.has(folder)) all.set(folder, entry(folder, "directory"));
    }
  }
  return [...all.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

describe("the files of a tenant", () => {
  it("are its YAML and all below the folder beside it, in any group", () => {
    const { sources, diagnostics } = groupSources(
      listing(
        entry("tenants/acme.yaml"),
        entry("tenants/acme/products.yaml"),
        entry("tenants/acme/pages/about.md"),
        entry("tenants/acme-two.yaml"),
        entry("tenants/eu/north/beta.yaml"),
        entry("tenants/eu/north/beta/products.csv"),
        entry("tenants/.gitkeep"),
      ),
      "tenants",
    );
    expect(diagnostics).toEqual([]);
    expect(
      sources.map(({ id, file, folder, entries }) => ({ id, file, folder, entries: entries.map((one) => one.path) })),
    ).toEqual([
      { id: "acme-two", file: "tenants/acme-two.yaml", folder: "tenants/acme-two", entries: [] },
      {
        id: "acme",
        file: "tenants/acme.yaml",
        folder: "tenants/acme",
        entries: ["tenants/acme/pages", "tenants/acme/pages/about.md", "tenants/acme/products.yaml"],
      },
      {
        id: "beta",
        file: "tenants/eu/north/beta.yaml",
        folder: "tenants/eu/north/beta",
        entries: ["tenants/eu/north/beta/products.csv"],
      },
    ]);
  });

  it("stay a tenant's under a wrong name or kind, so that its store is not taken for removed", () => {
    const { sources, diagnostics } = groupSources(
      listing(entry("tenants/acme.yml"), entry("tenants/beta.yaml", "symlink"), entry("tenants/GAMMA.YAML")),
      "tenants",
    );
    expect(sources.map((source) => source.id)).toEqual(["GAMMA", "acme", "beta"]);
    expect(diagnostics.every((one) => one.severity === "error")).toBe(true);
  });
});

describe("the fleet", () => {
  const member = (id: string, ...hosts: string[]) => {
    const file = `tenants/${id}.yaml`;
    const source: Source = { id, file, folder: `tenants/${id}`, entry: entry(file), entries: [] };
    return {
      source,
      hosts: hosts.map((host, index) => ({ host, locate: () => ({ file, line: 10 + index, column: 13 }) })),
    };
  };

  it("names each rival's place to the other, and nobody else", () => {
    const { diagnostics, takenIds } = checkFleet([
      member("acme", "shop.example", "a.example"),
      member("beta", "b.example", "SHOP.example."),
      member("gamma", "c.example"),
    ]);
    expect(diagnostics.map(({ location, message }) => `${location.file}:${location.line} ${message}`)).toEqual([
      'tenants/acme.yaml:10 the domain "shop.example" is already used by tenants/beta.yaml:11',
      'tenants/beta.yaml:11 the domain "SHOP.example." is already used by tenants/acme.yaml:10',
    ]);
    expect(takenIds.size).toBe(0);
  });

  it("knows a host in every spelling", () => {
    expect(["shop.example", "SHOP.Example", "shop.example.", "shop%2eexample"].map(normaliseHost)).toEqual(
      Array.from({ length: 4 }, () => "shop.example"),
    );
    expect(normaliseHost("bücher.example")).toBe(normaliseHost("xn--bcher-kva.example"));
    expect(normaliseHost("not a host")).toBe("not a host");
  });

  // Quadratic work would run into the time limit of a test.
  it("is checked also where all want one host", () => {
    const { diagnostics } = checkFleet(
      Array.from({ length: 20_000 }, (_, index) => member(`t${index}`, "one.example")),
    );
    expect(diagnostics).toHaveLength(20_000);
  });
});
