/** Loaded before another program (`--import`): when that ends, its cost goes to the file that `BENCH_ACCOUNT` names. */
import { writeFileSync } from "node:fs";
import { costOfSelf } from "../measure.ts";

const file = process.env["BENCH_ACCOUNT"] ?? "";
process.on("exit", () => writeFileSync(file, JSON.stringify(costOfSelf())));
