/** Keeps an older commit's deploy from undoing a newer one's. */
import { decodeFleetHead, encodeFleetHead, FLEET_HEAD_NAME, type FleetHead } from "../model/fleet-head.ts";
import { BucketError, PortError, type Bucket, type BucketReader, type Repo } from "../ports.ts";
import { noteUpload } from "./ledger.ts";

/** `rewritten`: the history that we are in does not contain the fleet head. */
export class HistoryError extends PortError<"rewritten"> {
  override readonly name = "HistoryError";
}

/** What the order of commits is told from. */
export interface OrderOptions {
  readonly ledger: Bucket;
  readonly history: Pick<Repo, "isAncestor">;
  readonly ours: FleetHead;
  /** Takes any head, also one that our commit is an ancestor of: a main that was reset, or rewritten. */
  readonly acceptRewrittenHistory: boolean;
}

/** Heads that move while we try to advance them this often mean a stampede. */
const MOST_ATTEMPTS = 10;

/**
 * Brings the fleet head to our commit, unless it is there. Gives the head that won when ours is its ancestor;
 * throws `HistoryError` when neither is the other's. Where somebody said that this is meant, ours wins in both cases.
 */
export async function advanceFleetHead(options: OrderOptions): Promise<FleetHead | undefined> {
  const { ledger, history, ours, acceptRewrittenHistory } = options;
  for (let attempt = 1; ; attempt++) {
    const found = await ledger.read(FLEET_HEAD_NAME);
    const head = found && decodeFleetHead(found.body);
    if (head?.commit === ours.commit) return undefined;
    if (
      head !== undefined &&
      !acceptRewrittenHistory &&
      (await history.isAncestor(head.commit, ours.commit)) !== true
    ) {
      if ((await history.isAncestor(ours.commit, head.commit)) === true) return head;
      throw rewritten(head, ours);
    }
    try {
      await ledger.write(noteUpload(FLEET_HEAD_NAME, encodeFleetHead(ours)), found?.object.generation ?? "0");
      return undefined;
    } catch (error) {
      if (!(error instanceof BucketError) || error.code !== "conflict" || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

/** The head when it is no longer at our commit: another run has begun to deploy something else. */
export async function readNewerHead(ledger: BucketReader, ours: FleetHead): Promise<FleetHead | undefined> {
  const found = await ledger.read(FLEET_HEAD_NAME);
  const head = found && decodeFleetHead(found.body);
  return head?.commit === ours.commit ? undefined : head;
}

function rewritten(head: FleetHead, ours: FleetHead): HistoryError {
  return new HistoryError(
    "rewritten",
    `commit ${head.commit} was deployed by run ${head.run}, and the history of ${ours.commit} does not contain it`,
    {
      hint: "fetch the whole history and try again; if main was rewritten on purpose, run once with accept-rewritten-history (--accept-rewritten-history)",
    },
  );
}
