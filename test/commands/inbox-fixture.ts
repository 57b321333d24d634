/** Requests in an inbox as the intake leaves them, and GitHub as a drain asks it without waiting. */
import { Octokit } from "@octokit/rest";
import type { MemoryBucket } from "../../action/src/io/memory.ts";
import { proposalsOf } from "../../action/src/io/proposals.ts";
import { encodeInboxEntry, inboxName } from "../../action/src/model/inbox.ts";
import {
  decodeReceipt,
  encodeReceipt,
  openReceipt,
  type Receipt,
  receiptName,
} from "../../action/src/model/receipt.ts";
import { encodeRecord, recordMetadata, recordName, type ReleaseRecord } from "../../action/src/model/record.ts";
import { askedIn } from "../../action/src/model/request.ts";
import type { Proposals } from "../../action/src/ports.ts";
import { noteUpload } from "../../action/src/steps/ledger.ts";
import type { FakeGitHub } from "../fakes/github/server.ts";

/** What every drain of the tests takes for now, in ms since the epoch. */
export const NOW: number = Date.parse("2026-03-01T09:30:00Z");

/** The id of the request with a number. */
export const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** A request by its number; issued half an hour ago and good for a day where nothing else is said. */
export interface Wish {
  readonly number: number;
  readonly request: object;
  readonly issuedAt?: string;
  readonly expiresAt?: string;
  /** Who is told of its end. */
  readonly callback?: string;
}

/** Puts a request into the inbox, with its first receipt. */
export async function ask(
  ledger: MemoryBucket,
  { number, request, issuedAt = "2026-03-01T09:00:00Z", expiresAt = "2026-03-02T09:00:00Z", callback }: Wish,
): Promise<void> {
  const message = {
    schemaVersion: 1,
    issuedAt,
    expiresAt,
    ...(callback === undefined ? {} : { callback }),
    requests: [{ requestId: idOf(number), ...request }],
  } as const;
  const [asked] = askedIn(message as never);
  if (asked === undefined) throw new Error("a message of one request has one");
  await ledger.write(noteUpload(inboxName(idOf(number)), encodeInboxEntry(asked)), "0");
  await ledger.write(noteUpload(receiptName(idOf(number)), encodeReceipt(openReceipt(asked, NOW))), "0");
}

/** The receipt of a request as it is now. */
export const receiptIn = (ledger: MemoryBucket, number: number): Receipt =>
  decodeReceipt(idOf(number), ledger.contents().get(receiptName(idOf(number)))?.body ?? new Uint8Array());

/** What a deploy records of a live store. */
export const RECORD: ReleaseRecord = {
  tenant: "acme",
  release: "1a2b3c4d5e6f7081",
  fingerprint: "f",
  commit: null,
  state: "live",
  url: "",
  host: null,
  hosts: [],
  pages: 1,
  products: 1,
  closed: {
    id: "acme",
    name: "Acme",
    language: "en",
    email: "a@acme.example",
    colors: { background: "#ffffff", text: "#000000", accent: "#0000ff" },
  },
  previous: [],
  files: new Map(),
};

/** As a deploy does that has brought a tenant to a commit. */
export async function keepRecord(ledger: MemoryBucket, record: ReleaseRecord): Promise<void> {
  const now = ledger.contents().get(recordName(record.tenant))?.object.generation ?? "0";
  await ledger.write(noteUpload(recordName(record.tenant), encodeRecord(record), recordMetadata(record)), now);
}

const quiet = (): void => {};

/** Through a client that neither waits nor tries again: what ends one request ends the run. */
export const impatientProposals = (fake: FakeGitHub): Proposals =>
  proposalsOf({
    client: new Octokit({
      auth: "app",
      baseUrl: fake.url,
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    }),
    of: { owner: "example", repo: "stores" },
    asked: (one) => one(),
    once: { request: { retries: 0 } },
  });
