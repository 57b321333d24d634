/** What a tenant should be, before anything looks at what it is. */
import type { Site } from "./site.ts";
import type { ClosedStore } from "./store.ts";
import type { SourceFacts, StoreFacts } from "./store-facts.ts";

/** A live store's site with what its record keeps. */
export interface Rendered {
  readonly site: Site;
  /** What the guards compare. */
  readonly pages: number;
  readonly products: number;
  /** What a closed page will need when the tenant's YAML is gone. */
  readonly closed: ClosedStore;
  /** What the guards compare beside that; `heaviest` only of a store over its budget. */
  readonly facts?: SourceFacts & Pick<StoreFacts, "heaviest">;
}

/** Where a tenant is found. */
export interface Address {
  /** The primary domain, or null. */
  readonly host: string | null;
  /** Every domain that the tenant claims, the primary one included. */
  readonly hosts: readonly string[];
}

/**
 * `live`: as rendered; `render` gives undefined when what it reads turns out invalid, and is asked only for a tenant
 * whose fingerprint is new.
 * `parked`: paused or archived, a closed page stands in its place.
 * `draft`: never deployed. `invalid`: stays as it is.
 * A tenant whose YAML is gone has no `Desired` at all: it is parked from what its record keeps.
 */
export type Desired =
  | ({
      readonly state: "live";
      readonly id: string;
      readonly fingerprint: string;
      readonly render: () => Promise<Rendered | undefined>;
    } & Address)
  | ({
      readonly state: "parked";
      readonly id: string;
      readonly fingerprint: string;
      readonly closed: ClosedStore;
    } & Address)
  | { readonly state: "draft"; readonly id: string }
  | { readonly state: "invalid"; readonly id: string };
