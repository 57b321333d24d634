/** The door of an engine that the plan of another commit asks for its side: files of the folder in, lines out. */
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { renderOrder } from "./commands/render-order.ts";
import { exportedTree } from "./io/exported-tree.ts";
import { photographs } from "./io/photographs.ts";
import { ORDER_FILE, type SideOrder } from "./model/rendered-side.ts";

// Nothing is caught: what goes wrong ends the process with the reason on standard error, and the plan tells it.
const order = JSON.parse(readFileSync(ORDER_FILE, "utf8")) as SideOrder;
await pipeline(Readable.from(renderOrder(exportedTree(".", order.entries), order, photographs())), process.stdout);
