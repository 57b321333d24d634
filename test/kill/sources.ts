/** A repository of three stores, in versions that give every deploy something to create, to change and to delete. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fixtureRepository, type FixtureRepository } from "../io/git-fixture.ts";

export const TENANTS = ["ash", "birch", "cedar"] as const;

export const VERSIONS = [1, 2, 3] as const;
export type Version = (typeof VERSIONS)[number];

/** Each theme gives assets of its own. The store that closes keeps one: its closed page has the colors it had last. */
const PRESETS: Readonly<Record<Version, string>> = { 1: "calm", 2: "gallery", 3: "bold" };
const presetOf = (tenant: string, version: Version): string => (tenant === "cedar" ? "plain" : PRESETS[version]);

const TEMPLATES = join(import.meta.dirname, "../../templates");

/** Every version has two products that the one before had not, and lacks two that it had. */
function settings(tenant: string, version: Version): string {
  const products = [0, 1, 2, 3].map((at) => {
    const number = version * 2 + at;
    return `    - { id: cup-${number}, title: Cup ${number}, price: ${version}.50 GBP }\n`;
  });
  return `schema: storefront/v1
id: ${tenant}
brand: { name: Store ${tenant} }
theme: { preset: ${presetOf(tenant, version)} }
locale: { default: en-GB, currency: GBP }
contact: { email: hello@${tenant}.example }
catalog:
  products:
${products.join("")}`;
}

/** The versions are far apart, so that there is much to do: the guards are told that this is meant. */
const POLICY = `guards:
  pages-lost: { percent: 100 }
  products-lost: { percent: 100 }
  price-change: { percent: 100000 }
`;

export interface Sources {
  readonly root: string;
  /** Commits a version on top of whatever is there, and checks it out. */
  commit(version: Version): void;
}

/** Version 3 has no store `cedar`: it closes, and opens again with the next. */
export function createSources(root: string): Sources {
  const repository = fixtureRepository(root);
  cpSync(TEMPLATES, join(root, "templates"), { recursive: true });
  const trees = new Map(VERSIONS.map((version) => [version, writeVersion(repository, version)]));
  repository.git("update-ref", "-d", "HEAD");
  return {
    root,
    commit(version) {
      repository.git("read-tree", "--reset", "-u", trees.get(version) ?? "");
      repository.git("commit", "--quiet", "--allow-empty", `--message=Version ${version}`);
    },
  };
}

/** The id of its tree. */
function writeVersion(repository: FixtureRepository, version: Version): string {
  const files: Record<string, string | null> = { ".github/policy.yaml": POLICY };
  for (const tenant of TENANTS) files[`tenants/${tenant}.yaml`] = settings(tenant, version);
  if (version === 3) files["tenants/cedar.yaml"] = null;
  repository.commit(`Version ${version}`, files);
  return repository.git("rev-parse", "HEAD^{tree}");
}
