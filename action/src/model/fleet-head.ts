/** The newest commit whose deploy has begun. */
import { corrupt, readMapping } from "./ledger-error.ts";

/** The commit, and who deployed it. */
export interface FleetHead {
  readonly commit: string;
  /** The run that brought it here. */
  readonly run: string;
}

/** Where it lies in the ledger. */
export const FLEET_HEAD_NAME = "fleet-head.json";

const SCHEMA = 1;

/** Same head, same bytes. */
export function encodeFleetHead(head: FleetHead): Uint8Array {
  return Buffer.from(`${JSON.stringify({ schema: SCHEMA, ...head })}\n`);
}

/** Throws `LedgerError` `corrupt`. */
export function decodeFleetHead(body: Uint8Array): FleetHead {
  const value = readMapping(FLEET_HEAD_NAME, body);
  const { commit, run } = value;
  if (value["schema"] !== SCHEMA) {
    throw corrupt(FLEET_HEAD_NAME, `is of schema ${JSON.stringify(value["schema"])}, not ${SCHEMA}`);
  }
  if (typeof commit !== "string" || commit === "") throw corrupt(FLEET_HEAD_NAME, 'has no valid "commit"');
  if (typeof run !== "string") throw corrupt(FLEET_HEAD_NAME, 'has no valid "run"');
  return { commit, run };
}
