/**
 * For `--import`: lets a process reach a receiver on loopback by its name, as a test's network would.
 *
 * The action has no door for this: it judges every address, and what stands in here is Node's own module.
 */
import { readFileSync } from "node:fs";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import type { LookupFunction } from "node:net";

const real = https.request;
const lookup: LookupFunction = (_host, { all }, given) => {
  const here = { address: "127.0.0.1", family: 4 };
  if (all === true) given(null, [here]);
  else given(null, here.address, here.family);
};
const certificate = readFileSync(process.env["RECEIVER_CERTIFICATE"] ?? "");
https.request = ((url: URL, options: https.RequestOptions, answered) =>
  real(url, { ...options, ca: certificate, lookup }, answered)) as typeof https.request;
syncBuiltinESMExports();
