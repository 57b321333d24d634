/** Which stores share a pull request, by what each changes and what is open already. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type OpenProposal, type Shareable, shareOut } from "../../action/src/model/share-proposals.ts";

const idOf = (number: number): string => `shop-${String(number).padStart(4, "0")}`;

const draftOf = (number: number, more: Partial<Shareable> & { files?: number; text?: string } = {}): Shareable => {
  const { files = 1, text = "id: x\n", ...rest } = more;
  const paths = Array.from({ length: files }, (_none, index) => `tenants/${idOf(number)}/${index}.md`);
  return {
    tenant: idOf(number),
    requests: [{} as Shareable["requests"][number]],
    number: undefined,
    decider: "person",
    changes: new Map(paths.map((path) => [path, text])),
    ...rest,
  };
};
const shape = (drafts: readonly Shareable[], open: readonly OpenProposal[] = []) =>
  shareOut(drafts, { open, above: 1 }).batches.map(({ branch, drafts: ours }) => [branch, ours.length]);

test("no pull request has more files than GitHub shows", () => {
  const drafts = Array.from({ length: 7 }, (_none, index) => draftOf(index, { files: 1000 }));
  expect(shape(drafts)).toEqual([
    ["requests/person.1", 3],
    ["requests/person.2", 3],
    ["requests/person.3", 1],
  ]);
});

test("nor more text than one request should hold, but for a single store that has it", () => {
  const drafts = Array.from({ length: 5 }, (_none, index) => draftOf(index, { text: "x".repeat(2_400_000) }));
  const large = draftOf(9, { text: "x".repeat(6_000_000) });
  expect(shape([...drafts, large])).toEqual([
    ["requests/person.1", 2],
    ["requests/person.2", 2],
    ["requests/person.3", 1],
    ["requests/person.4", 1],
  ]);
});

test("a new one takes no name that is taken", () => {
  const taken: OpenProposal = { number: 3, branch: "requests/person.1", tenants: new Set() };
  expect(shape([draftOf(1), draftOf(2)], [taken])).toEqual([["requests/person.2", 2]]);
});

test("each store that is asked is in one pull request, wherever it was, and none is there twice", () => {
  const branches = ["requests/person.1", "requests/person.2", "requests/machine.1", "requests/shop-0001"];
  const proposal = fc.record({ branch: fc.constantFrom(...branches), ids: fc.uniqueArray(fc.nat(12)) });
  const draft = fc.record({ id: fc.nat(12), decider: fc.constantFrom("person" as const, "machine" as const) });
  fc.assert(
    fc.property(
      fc.uniqueArray(proposal, { selector: ({ branch }) => branch }),
      fc.uniqueArray(draft, { selector: ({ id }) => id }),
      fc.option(fc.nat(5)),
      (proposals, wishes, above) => {
        const open = proposals.map(({ branch, ids }, index) => ({
          number: index + 1,
          branch,
          // A branch of one store is that store's, or not of our making.
          tenants: new Set((branch === "requests/shop-0001" ? ids.filter((id) => id === 1) : ids).map(idOf)),
        }));
        const drafts = wishes.map(({ id, decider }) => draftOf(id, { decider }));
        const { batches, obsolete } = shareOut(drafts, { open, above });
        const placed = batches.flatMap(({ drafts: ours }) => ours.map(({ tenant }) => tenant));
        expect(new Set(placed).size).toBe(placed.length);
        const asked = new Set(drafts.map(({ tenant }) => tenant));
        const isWhole = (one: OpenProposal): boolean => [...one.tenants].every((id) => asked.has(id));
        const left = above === null ? open.filter((one) => !isWhole(one)).flatMap((one) => [...one.tenants]) : [];
        expect(new Set(placed)).toEqual(new Set([...asked].filter((tenant) => !left.includes(tenant))));
        expect(new Set(batches.map(({ branch }) => branch)).size).toBe(batches.length);
        for (const { branch, drafts: ours } of batches)
          for (const { tenant, decider } of ours)
            expect([`requests/${tenant}`, `requests/${decider}`]).toContain(branch.replace(/\.\d+$/, ""));
        for (const one of obsolete) expect(batches.map(({ branch }) => branch)).not.toContain(one.branch);
      },
    ),
  );
});

test("what is lost sight of is left alone: its pull request is open no more", () => {
  expect(shape([draftOf(1, { number: 7 })])).toEqual([]);
});
