/** Which files of the repository belong to which tenant. */
import type { Entry } from "../ports.ts";

/** One YAML file with the folder of the same name beside it. */
export interface Source {
  /** The file's name without `.yaml`; whether it is a valid id is checked elsewhere. */
  readonly id: string;
  /** `tenants/eu/acme.yaml`. */
  readonly file: string;
  /** `tenants/eu/acme`; it need not exist. */
  readonly folder: string;
  /** The YAML file's own entry. */
  readonly entry: Entry;
  /** Everything below the folder, sorted by path. */
  readonly entries: readonly Entry[];
}
