/** A bucket in memory: the same calls always give the same generations. */
import { BucketError, type Bucket, type Clock, type StoredObject } from "../ports.ts";
import { checkName, checkUpload, compareNames, isListed } from "./object-name.ts";

/** One request as a {@link RequestHook} sees it. For a listing `name` is its prefix. */
export interface BucketRequest {
  readonly verb: "list" | "read" | "write" | "remove";
  readonly name: string;
  /** `before`: nothing has happened yet. `after`: it was applied or refused, and the answer is on its way. */
  readonly phase: "before" | "after";
}

/** May wait (to interleave runs) or throw: before, the request never arrives; after, its answer is lost. */
export type RequestHook = (request: BucketRequest) => void | Promise<void>;

/** An object with its stored bytes. */
export interface HeldObject {
  readonly object: StoredObject;
  readonly body: Uint8Array;
}

/** A bucket that can be looked into. */
export interface MemoryBucket extends Bucket {
  /** What the bucket holds now, by name in listing order; no request, no hook. */
  contents(): ReadonlyMap<string, HeldObject>;
}

/** How a bucket in memory starts, and who watches it. */
export interface MemoryBucketOptions {
  /** Where `updated` comes from; without one it is always 0. */
  readonly clock?: Pick<Clock, "now">;
  readonly hook?: RequestHook;
  /** What the bucket holds at first, as another bucket's `contents()` gave it. */
  readonly contents?: ReadonlyMap<string, HeldObject>;
}

/** An empty bucket unless `contents` says otherwise. Generations count up from 1 over all names. */
export function memoryBucket({ clock, hook, contents }: MemoryBucketOptions = {}): MemoryBucket {
  const held = new Map<string, HeldObject>(contents);
  let generation = 0n;
  for (const { object } of held.values()) {
    if (BigInt(object.generation) > generation) generation = BigInt(object.generation);
  }

  async function request<Answer>(verb: BucketRequest["verb"], name: string, answer: () => Answer): Promise<Answer> {
    await hook?.({ verb, name, phase: "before" });
    let given: Answer;
    try {
      given = answer();
    } catch (error) {
      await hook?.({ verb, name, phase: "after" });
      throw error;
    }
    await hook?.({ verb, name, phase: "after" });
    return given;
  }

  function expectGeneration(name: string, expect: string): void {
    const now = held.get(name)?.object.generation ?? "0";
    if (now !== expect) {
      throw new BucketError("conflict", `${name} is at generation ${now}, not ${expect}`);
    }
  }

  return {
    list(listing) {
      return request("list", listing.prefix, () =>
        [...held.values()]
          .map(({ object }) => object)
          .filter((object) => isListed(object.name, listing))
          .toSorted((a, b) => compareNames(a.name, b.name)),
      );
    },
    read(name) {
      return request("read", name, () => {
        checkName(name);
        const found = held.get(name);
        return found && { object: found.object, body: new Uint8Array(found.body) };
      });
    },
    write(upload, expect) {
      return request("write", upload.name, () => {
        checkUpload(upload);
        expectGeneration(upload.name, expect);
        generation += 1n;
        const object: StoredObject = {
          name: upload.name,
          generation: String(generation),
          size: upload.body.byteLength,
          contentType: upload.contentType,
          cacheControl: upload.cacheControl,
          contentEncoding: upload.contentEncoding,
          metadata: { ...upload.metadata },
          updated: clock?.now() ?? 0,
        };
        held.set(upload.name, { object, body: new Uint8Array(upload.body) });
        return object;
      });
    },
    remove(name, expect) {
      return request("remove", name, () => {
        checkName(name);
        if (!held.has(name)) throw new BucketError("missing", `there is no ${name}`);
        expectGeneration(name, expect);
        held.delete(name);
      });
    },
    contents() {
      return new Map([...held].toSorted(([a], [b]) => compareNames(a, b)));
    },
  };
}
