/** What the platform's Tenant Management asks for, read from a signed body. */
import { hash } from "node:crypto";
import type { Request, RequestMessage } from "../generated/request.ts";
import { validateRequest } from "../generated/validate-request.js";
import { isMapping } from "./mapping.ts";
import { isTenantId } from "./source.ts";
import { quoteValue } from "./text-safety.ts";

/** A request may be begun for this long after it was issued, in ms. */
const LONGEST_LIFE_MS = 24 * 60 * 60 * 1000;

/** One request of a message, with what the message says of all of them. */
export interface AskedRequest {
  readonly request: Request;
  /** RFC 3339, UTC. */
  readonly issuedAt: string;
  readonly expiresAt: string;
  /** Where its final receipt is sent. */
  readonly callback?: string | undefined;
  /** Hex SHA-256: the same id with another digest is another request. */
  readonly digest: string;
}

/** Why a request can never be done; it is in its receipt, in words that its sender can act on. */
export interface RequestProblem {
  readonly code: "expired" | "not-yet-issued" | "lives-too-long" | "invalid-request" | "wrong-event";
  readonly message: string;
  readonly hint: string;
}

/** What tells a request from others. */
export type RequestName = Pick<Request, "requestId" | "type" | "tenant">;

/** A request that can be told from others, but not be done. */
export interface RefusedRequest {
  readonly request: RequestName;
  readonly issuedAt: string;
  readonly digest: string;
  readonly problem: RequestProblem;
  /** All of it, where it is sound but for its time or its event. */
  readonly asked?: AskedRequest;
}

/** What a body asks for; `unreadable` says what is wrong where not even an id can be told. */
export interface ReadRequests {
  readonly asked: readonly AskedRequest[];
  readonly refused: readonly RefusedRequest[];
  readonly unreadable: readonly string[];
}

/** The types of `repository_dispatch` that are ours. */
const REQUEST_TYPES = ["tenant.upsert", "tenant.remove", "catalog.patch"] as const;

/** How far a sender's clock may be ahead of ours, in ms. */
const CLOCK_SKEW_MS = 5 * 60 * 1000;
const REQUEST_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * Reads a body whose signature was verified. One bad request does not keep the others from being done.
 *
 * @param event the type of the event that brought it: no message does what its event does not say
 * @param now wall time, ms since the epoch
 */
export function readRequests(body: string, event: string, now: number): ReadRequests {
  const message = parseJson(body);
  const entries = isMapping(message) && Array.isArray(message["requests"]) ? (message["requests"] as unknown[]) : [];
  const problems = problemsIn(message);
  const ofMessage = problems.find(({ index }) => index === undefined);
  const broken = entries.flatMap((entry, index) => {
    const problem = ofMessage ?? problems.find((one) => one.index === index);
    return problem === undefined ? [] : [{ entry, problem }];
  });
  const sound = {
    ...(message as object),
    requests: entries.filter((one) => !broken.some(({ entry }) => entry === one)),
  };
  const { asked, refused } = validateRequest(sound) ? judge(sound, event, now) : { asked: [], refused: [] };
  const issuedAt =
    isMapping(message) && typeof message["issuedAt"] === "string" ? message["issuedAt"].slice(0, 40) : "";
  return {
    asked,
    refused: [
      ...refused,
      ...broken.flatMap(({ entry, problem: { says } }) => (isNamed(entry) ? [refusalOf(entry, issuedAt, says)] : [])),
    ],
    unreadable: [
      ...(entries.length === 0 ? problems.slice(0, 1) : []).map(({ says }) => says),
      ...broken.flatMap(({ entry, problem }) => (isNamed(entry) ? [] : [problem.says])),
    ],
  };
}

/** Undefined, which JSON cannot say, where it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the schema finds wrong; `index` is of the request that it lies in, undefined where it lies in none. */
function problemsIn(message: unknown): readonly { readonly index: number | undefined; readonly says: string }[] {
  if (message === undefined) return [{ index: undefined, says: "the body is no JSON" }];
  if (validateRequest(message)) return [];
  return (validateRequest.errors ?? []).map(({ instancePath: path, keyword, params, data }) => {
    const index = /^\/requests\/(\d+)(?:\/|$)/.exec(path)?.[1];
    return {
      index: index === undefined ? undefined : Number(index),
      says: `${path === "" ? "the message" : quoteValue(path)} ${wordsFor(keyword, params, data)}`,
    };
  });
}

function judge(message: RequestMessage, event: string, now: number): Pick<ReadRequests, "asked" | "refused"> {
  const late = problemOfTimes(message, now);
  const judged = askedIn(message).map((asked) => ({
    asked,
    problem: asked.request.type === event ? late : wrongEvent(asked.request.type, event),
  }));
  return {
    asked: judged.filter(({ problem }) => problem === undefined).map(({ asked }) => asked),
    refused: judged.flatMap(({ asked, problem }) => (problem === undefined ? [] : [{ ...asked, asked, problem }])),
  };
}

/** Every request of a valid message, whether it can be done or not. */
export const askedIn = ({ requests, issuedAt, expiresAt, callback }: RequestMessage): readonly AskedRequest[] =>
  requests.map((request) => ({ request, issuedAt, expiresAt, callback, digest: digestOf(request, issuedAt) }));

const refusalOf = (request: RequestName, issuedAt: string, says: string): RefusedRequest => ({
  request,
  issuedAt,
  digest: digestOf(request, issuedAt),
  problem: { code: "invalid-request", message: says, hint: "the contract is action/schema/request.schema.json" },
});

function problemOfTimes({ issuedAt, expiresAt }: RequestMessage, now: number): RequestProblem | undefined {
  const [issued, expires] = [momentOf(issuedAt), momentOf(expiresAt)];
  if (issued === undefined || expires === undefined) {
    return {
      code: "invalid-request",
      message: "issuedAt or expiresAt is no day of any calendar",
      hint: "write UTC as 2026-03-01T09:30:00Z",
    };
  }
  if (issued > now + CLOCK_SKEW_MS) {
    return { code: "not-yet-issued", message: `it was issued at ${issuedAt}, which is to come`, hint: "set the clock" };
  }
  if (expires <= issued || expires - issued > LONGEST_LIFE_MS) {
    return {
      code: "lives-too-long",
      message: `it would live from ${issuedAt} to ${expiresAt}`,
      hint: "let expiresAt be after issuedAt, by at most 24 hours",
    };
  }
  if (expires <= now) {
    return { code: "expired", message: `it expired at ${expiresAt}`, hint: "ask again, with a new request id" };
  }
  return undefined;
}

/** Ms since the epoch; undefined for the 30th of February, of which the machine would make a day in March. */
function momentOf(text: string): number | undefined {
  const moment = Date.parse(text);
  return Number.isNaN(moment) || !text.startsWith(new Date(moment).toISOString().slice(0, 10)) ? undefined : moment;
}

const wrongEvent = (type: string, event: string): RequestProblem => ({
  code: "wrong-event",
  message: `a ${type} came in an event of type ${quoteValue(event)}`,
  hint: `send it as event_type "${type}"`,
});

/** Whether enough of a request can be read to give it a receipt. */
function isNamed(entry: unknown): entry is RequestName {
  if (!isMapping(entry)) return false;
  const { requestId, type, tenant } = entry;
  return (
    typeof requestId === "string" &&
    REQUEST_ID.test(requestId) &&
    typeof tenant === "string" &&
    isTenantId(tenant) &&
    REQUEST_TYPES.some((one) => one === type)
  );
}

function wordsFor(keyword: string, params: Readonly<Record<string, unknown>>, data: unknown): string {
  switch (keyword) {
    case "required":
      return `lacks ${quoteValue(params["missingProperty"])}`;
    case "additionalProperties":
      return `has ${quoteValue(params["additionalProperty"])}, which is not of the contract`;
    case "const":
    case "enum":
      return `is ${quoteValue(data)}, not ${quoteValue(params["allowedValue"] ?? params["allowedValues"])}`;
    default:
      return typeof data === "object" ? `breaks the rule "${keyword}"` : `is ${quoteValue(data)}, against "${keyword}"`;
  }
}

/** Over what is asked and when, in whatever order its keys came. */
function digestOf(request: unknown, issuedAt: string): string {
  return hash("sha256", `${issuedAt}\n${JSON.stringify(request, sortKeys)}`);
}

function sortKeys(_key: string, value: unknown): unknown {
  return isMapping(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value;
}
