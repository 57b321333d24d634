/** Sends an event to GitHub. */
import { retry } from "@octokit/plugin-retry";
import { Octokit } from "@octokit/rest";
import { ClientError, type ClientErrorCode } from "./client-error.ts";
import type { RequestEvent } from "./compose-event.ts";

/** Which repository, and who asks. */
export interface Addressed {
  /** `owner/name`. */
  readonly repository: string;
  /** Of an App that may write the contents of this repository and nothing else. */
  readonly token: string;
  /** `https://api.github.com` unless the server is one of your own. */
  readonly api?: string | undefined;
}

const QUIET = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * Sends it; GitHub says nothing of the run that comes of it. Server errors are tried again: an event that arrives twice
 * is done once. Throws `ClientError` `denied`, `missing`, `invalid` or `unreachable`.
 */
export async function sendEvent(event: RequestEvent, { repository, token, api }: Addressed): Promise<void> {
  const [owner = "", repo = "", ...rest] = repository.split("/");
  if (owner === "" || repo === "" || rest.length > 0) {
    throw new ClientError("invalid", `"${repository}" is no repository`, "write it as owner/name");
  }
  const client = new (Octokit.plugin(retry))({
    auth: token,
    baseUrl: api ?? "https://api.github.com",
    log: QUIET,
  });
  try {
    await client.rest.repos.createDispatchEvent({
      owner,
      repo,
      event_type: event.event_type,
      client_payload: { ...event.client_payload },
    });
  } catch (error) {
    const status = statusOf(error);
    const code = CODES.get(status) ?? "unreachable";
    const said = error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
    throw new ClientError(code, `GitHub answered ${status === 0 ? "nothing" : status}: ${said}`, HINTS[code], error);
  }
}

const CODES: ReadonlyMap<number, Exclude<ClientErrorCode, "secret">> = new Map([
  [401, "denied"],
  [403, "denied"],
  [404, "missing"],
  [422, "invalid"],
] as const);

const HINTS: Readonly<Record<Exclude<ClientErrorCode, "secret">, string>> = {
  denied: "give a token that may write the repository's contents, or wait where GitHub speaks of a rate limit",
  missing: "look at the name of the repository, and whether the token's App is installed on it",
  invalid: "GitHub takes no such event; its message says why",
  unreachable:
    "send the same event again: what arrives twice is done once; githubstatus.com tells whether it is GitHub",
};

/** 0 where nothing was answered, which Octokit calls a 500 without a response. */
function statusOf(error: unknown): number {
  if (typeof error !== "object" || error === null || !("status" in error) || !("response" in error)) return 0;
  return typeof error.status === "number" && error.response !== undefined ? error.status : 0;
}
