/** A store as the local server knows it. */
import type { ClosedStore } from "../../action/src/model/store.ts";
import type { Status } from "../../action/src/model/report.ts";
import type { BucketReader } from "../../action/src/ports.ts";

/** What keeps a store from being what its files say, in words for people. */
export interface Problem {
  /** `tenants/acme.yaml:4:9`, or what else is concerned. */
  readonly place: string;
  readonly message: string;
  /** The way out; may be empty. */
  readonly hint: string;
}

/** What the local server shows of one store. */
export interface LocalStore {
  readonly id: string;
  readonly name: string;
  /** As last deployed; undefined where the store never was. */
  readonly colors: ClosedStore["colors"] | undefined;
  readonly status: Status;
  /** A few words beside the status, for people. */
  readonly note: string;
  /** The release that the bucket holds; empty where there is none. */
  readonly release: string;
  /** Undefined where there is nothing to serve: a draft, or a store that never was valid. */
  readonly bucket: BucketReader | undefined;
  /** Shown over its pages while they last. */
  readonly problems: readonly Problem[];
}
