/**
 * What a plan hands to the jobs that may write: `plan.json`, and beside it pictures and sites.
 *
 * The job that makes it runs the pull request's code, so whoever reads it believes nothing: it is data of the right
 * size and shape, or it is refused whole. What it says, its digest included, is the word of the pull request's author.
 */
import type { PlanArtifact } from "../generated/plan-artifact.ts";
import { validatePlanArtifact } from "../generated/validate-plan-artifact.js";

export type {
  Change as PlannedChange,
  Paths as ListedPaths,
  Picture as PlannedPicture,
  PlanArtifact,
  Refusal as PlannedRefusal,
  Store as PlannedStore,
} from "../generated/plan-artifact.ts";

/** The file in the artifact's folder that says what is in it. */
export const PLAN_FILE = "plan.json";

/** A plan of ten thousand stores, each with all that fits into its lists, has less. */
export const MOST_PLAN_BYTES = 64_000_000;

/** Items that a list keeps; it says how many there were. */
export const MOST_LISTED = 50;

/** Equal plans, equal bytes. */
export const encodePlanArtifact = (artifact: PlanArtifact): string => `${JSON.stringify(artifact)}\n`;

/** Undefined for everything that no plan of this version writes. */
export function decodePlanArtifact(bytes: Uint8Array): PlanArtifact | undefined {
  if (bytes.length > MOST_PLAN_BYTES) return undefined;
  const value = parseJson(bytes);
  return validatePlanArtifact(value) ? value : undefined;
}

/** A picture in the artifact, in bytes and in pixels of each side. */
const MOST_PICTURE = { bytes: 8_000_000, side: 16_384 } as const;

/** What a PNG begins with: its signature, and the chunk that must be first with its length. */
const PNG_HEAD = Buffer.from("\u0089PNG\r\n\u001a\n\0\0\0\rIHDR", "latin1");

/** Whether the bytes claim to be a PNG of a bearable size; only a decoder knows whether they are one. */
export function isBearablePng(bytes: Uint8Array): boolean {
  if (bytes.length > MOST_PICTURE.bytes || bytes.length < PNG_HEAD.length + 8) return false;
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!data.subarray(0, PNG_HEAD.length).equals(PNG_HEAD)) return false;
  const sides = [data.readUInt32BE(PNG_HEAD.length), data.readUInt32BE(PNG_HEAD.length + 4)];
  return sides.every((side) => side > 0 && side <= MOST_PICTURE.side);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
