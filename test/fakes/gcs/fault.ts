/** Which request goes wrong, and how. */

/** The operations of the JSON API that the fake knows, by the names that Google's own tests use. */
export const OPERATIONS = [
  "storage.buckets.insert",
  "storage.buckets.get",
  "storage.buckets.list",
  "storage.buckets.patch",
  "storage.buckets.delete",
  "storage.objects.insert",
  "storage.objects.get",
  "storage.objects.list",
  "storage.objects.patch",
  "storage.objects.update",
  "storage.objects.delete",
  "storage.objects.copy",
  "storage.objects.rewrite",
] as const;
export type Operation = (typeof OPERATIONS)[number];

/**
 * - `return-503`, `return-429-retry-after-7`: refused with that status, not applied
 * - `return-reset-connection`: the connection breaks before anything is applied
 * - `stall`: never answered, not applied
 * - `apply-then-reset`, `apply-then-stall`, `apply-then-503`: applied, the answer lost or wrong
 * - `damage-upload`: one bit of the body arrives wrong
 * - `return-broken-stream`: half of the body, then the connection breaks; `return-corrupted-data`: one bit of it is wrong
 */
export type Fault =
  | `return-${number}`
  | `return-${number}-retry-after-${number}`
  | "return-reset-connection"
  | "stall"
  | "apply-then-reset"
  | "apply-then-stall"
  | `apply-then-${number}`
  | "damage-upload"
  | "return-broken-stream"
  | "return-corrupted-data";

export interface FaultPlan {
  /** The next requests of an operation go wrong one by one, in this order; `undefined` lets one through. */
  add(operation: Operation, faults: readonly (Fault | undefined)[]): void;
  /** The `index`-th request from now goes wrong; 0 is the next. */
  addAt(operation: Operation, index: number, fault: Fault): void;
  /** What the request that comes now has to suffer. */
  take(operation: Operation): Fault | undefined;
  /** Faults that no request has met yet: a test that ends with some proved less than it says. */
  left(): number;
}

export function planFaults(): FaultPlan {
  const queues = new Map<Operation, (Fault | undefined)[]>();
  const queueOf = (operation: Operation): (Fault | undefined)[] => {
    const queue = queues.get(operation) ?? [];
    queues.set(operation, queue);
    return queue;
  };
  return {
    add(operation, faults) {
      queueOf(operation).push(...faults);
    },
    addAt(operation, index, fault) {
      const queue = queueOf(operation);
      while (queue.length <= index) queue.push(undefined);
      queue[index] = fault;
    },
    take: (operation) => queues.get(operation)?.shift(),
    left: () => [...queues.values()].flat().filter((fault) => fault !== undefined).length,
  };
}
