/**
 * `store-provisioning/client`: asks for stores from another program, and learns what became of it.
 *
 * Compose an event and keep it, send it (again, whenever no answer came: the same event is done once), then read the
 * receipt of each request by its id until it is final. docs/integration.md tells the whole of it.
 */
export { ClientError, type ClientErrorCode } from "./client-error.ts";
export { composeEvent, type ComposeOptions, type RequestEvent } from "./compose-event.ts";
export { type Addressed, sendEvent } from "./send-event.ts";
export { type FollowOptions, followReceipt, openReceipts, type ReceiptReader, type ReceiptsPlace } from "./receipts.ts";
export type {
  Patch,
  ProductPatch,
  Remove,
  Request,
  RequestMessage,
  Upsert,
} from "../../action/src/generated/request.ts";
export type { Receipt } from "../../action/src/generated/receipt.ts";
