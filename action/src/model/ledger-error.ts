/** An object of the ledger that does not say what it should. */
import { PortError } from "../ports.ts";
import { isMapping, type Mapping } from "./mapping.ts";

/** `corrupt`: nothing is concluded from it, nothing written over it. `hint` says how to mend it. */
export class LedgerError extends PortError<"corrupt"> {
  override readonly name = "LedgerError";
}

/** The JSON in a ledger object, as a mapping; everything else is `corrupt`. */
export function readMapping(name: string, body: Uint8Array): Mapping {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    throw corrupt(name, "is not JSON", error);
  }
  if (!isMapping(value)) throw corrupt(name, "is not a JSON object");
  return value;
}

/** The error for `name`; `problem` continues the sentence. */
export function corrupt(name: string, problem: string, cause?: unknown): LedgerError {
  return new LedgerError("corrupt", `${name} in the ledger ${problem}`, {
    hint: `restore an earlier version of ${name}; only when there is none, delete it: the next run then starts over without what it said`,
    cause,
  });
}
