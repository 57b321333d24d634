/** What a client cannot do, with the way out. */

/**
 * `invalid`: the requests break their contract, or are too many for one event. `secret`: no secret to sign with.
 * `denied`, `missing`: GitHub lets the token not do it, or knows no such repository. `unreachable`: GitHub or the ledger
 * did not answer as they should; what was sent may have arrived, so send the same event again.
 */
export type ClientErrorCode = "invalid" | "secret" | "denied" | "missing" | "unreachable";

/** The one error that the functions of the client throw. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  readonly code: ClientErrorCode;
  /** What to do about it. */
  readonly hint: string;
  constructor(code: ClientErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.hint = hint;
  }
}
