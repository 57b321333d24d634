/**
 * What a run would do, by running it: readers that lead to the world, and writers that lead nowhere.
 *
 * A rehearsal is the real command with other ports, so it can neither do less than it says nor say less than it would
 * do. Only what others change meanwhile is not seen: every precondition is taken to hold.
 */
import {
  type Bucket,
  BucketError,
  type Callbacks,
  type Destination,
  type Proposals,
  type StoredObject,
} from "../ports.ts";
import { compareNames, isListed } from "./object-name.ts";

/** No bucket gives a generation as high as those of a rehearsal. */
const FIRST_GENERATION = 9_000_000_000_000_000_000n;

/** The bucket as it is, and on top what the run believes to have written; nothing is. */
export function rehearseBucket(bucket: Bucket): Bucket {
  const written = new Map<string, { readonly object: StoredObject; readonly body: Uint8Array } | null>();
  let generation = FIRST_GENERATION;
  return {
    list: async (listing) => {
      const listed = (await bucket.list(listing)).filter(({ name }) => !written.has(name));
      const ours = [...written.values()].flatMap((one) => (one === null ? [] : [one.object]));
      return [...listed, ...ours.filter(({ name }) => isListed(name, listing))].toSorted((a, b) =>
        compareNames(a.name, b.name),
      );
    },
    read: async (name) => (written.has(name) ? (written.get(name) ?? undefined) : bucket.read(name)),
    write: async ({ body, ...facts }) => {
      generation += 1n;
      const object = { ...facts, size: body.byteLength, generation: String(generation), updated: 0 };
      written.set(facts.name, { object, body });
      return object;
    },
    remove: async (name) => {
      if (written.get(name) === null) throw new BucketError("missing", `there is no ${name}`);
      written.set(name, null);
    },
  };
}

/** What a deploy writes to. */
interface DeployPlaces {
  readonly destination: Destination;
  readonly ledger: Bucket;
}

/** Places that a deploy reads, and only believes to write. */
export const rehearseDeploy = ({ destination, ledger }: DeployPlaces): DeployPlaces => ({
  destination: { ...destination, bucketOf: (tenant) => rehearseBucket(destination.bucketOf(tenant)) },
  ledger: rehearseBucket(ledger),
});

/** What a drain writes to. */
interface DrainPlaces {
  readonly ledger: Bucket;
  readonly proposals: Proposals;
  readonly callbacks: Callbacks;
}

/** As {@link rehearseDeploy}; `say` is told what is not done. Each method is named: a new one must say here what it does. */
export const rehearseDrain = ({ ledger, proposals }: DrainPlaces, say: (line: string) => void): DrainPlaces => ({
  ledger: rehearseBucket(ledger),
  proposals: {
    listOpen: (start) => proposals.listOpen(start),
    stateOf: (number) => proposals.stateOf(number),
    contentOf: (number) => proposals.contentOf(number),
    isGreen: (commit) => proposals.isGreen(commit),
    merge: (number, commit) => {
      say(`would merge pull request ${number}`);
      return Promise.resolve(commit);
    },
    propose: ({ branch, files }) => {
      say(`would ask by a pull request of ${branch} for ${[...files.keys()].join(", ")}`);
      return Promise.resolve({ number: 1, url: "" });
    },
    withdraw: (number) => {
      say(`would close pull request ${number}`);
      return Promise.resolve();
    },
  },
  callbacks: {
    post: ({ host }, { id }) => {
      say(`would send ${id} to ${host}`);
      return Promise.resolve({ kind: "delivered" });
    },
  },
});
