/** What the fake answers with, and the errors that become answers. */

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Nothing, bytes as they are, or a value sent as JSON. */
  readonly body?: Buffer | object;
}

/** Thrown anywhere below the server: becomes an answer in the shape of the JSON API, or of XML where that was asked. */
export class AnswerError extends Error {
  override readonly name = "AnswerError";
  readonly status: number;
  readonly reason: string;
  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

export function answerWithError({ status, reason, message }: AnswerError, asXml: boolean): Answer {
  if (status === 304) return { status };
  if (asXml) {
    const codes: Record<string, string> = {
      notFound: "NoSuchKey",
      bucketNotFound: "NoSuchBucket",
      conditionNotMet: "PreconditionFailed",
    };
    const xml = `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${codes[reason] ?? reason}</Code><Message>refused</Message></Error>`;
    return { status, headers: { "content-type": "application/xml" }, body: Buffer.from(xml) };
  }
  const shown = reason === "bucketNotFound" ? "notFound" : reason;
  return { status, body: { error: { code: status, message, errors: [{ message, domain: "global", reason: shown }] } } };
}
