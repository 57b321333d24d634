/** What docs/integration.md promises to other systems is what the code does. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ApplyProblem } from "../../action/src/model/apply-request.ts";
import { isFinalState, RECEIPT_STATES } from "../../action/src/model/receipt.ts";
import type { RequestProblem } from "../../action/src/model/request.ts";
import type { QueueProblem } from "../../action/src/model/request-queue.ts";
import { isSigned, readSecret, readSignedMessage } from "../../action/src/model/signed-message.ts";
import { root, sourceFiles } from "./sources.ts";

const text = readFileSync(join(root, "docs/integration.md"), "utf8");

/** Every code by its type, so that a new one cannot be forgotten here. */
const TYPED: Readonly<Record<RequestProblem["code"] | QueueProblem["code"] | ApplyProblem["code"], true>> = {
  "invalid-request": true,
  "wrong-event": true,
  "not-yet-issued": true,
  "lives-too-long": true,
  expired: true,
  "out-of-order": true,
  overtaken: true,
  "settings-mismatch": true,
  "unknown-tenant": true,
  "unknown-product": true,
  "not-writable": true,
};

/** The first cells of the table below `head`, without their backticks. */
function firstCells(head: string): readonly (readonly string[])[] {
  const [, table = ""] = text.split(`| ${head}`, 2);
  const [rows = ""] = table.split("\n\n", 1);
  return rows
    .split("\n")
    .slice(2)
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map((cells) => cells.slice(1, -1));
}

test("every error code is told with its cause and cure, and no other", () => {
  const said = sourceFiles("action/src/model", "action/src/steps")
    .filter(({ path }) => /request|proposal|merge/.test(path))
    .flatMap(({ text: code }) => [...code.matchAll(/\bcode: "([a-z-]+)"[,}]/g)].map(([, one = ""]) => one));
  const rows = firstCells("`error.code`").filter(([code = ""]) => code.startsWith("`"));
  expect(rows.map(([code = ""]) => code.replaceAll("`", "")).toSorted()).toEqual(
    [...new Set([...Object.keys(TYPED), ...said])].toSorted(),
  );
  expect(rows.filter(([, cause = "", cure = ""]) => cause === "" || cure === "")).toEqual([]);
});

test("every state of a receipt is told, and which are final", () => {
  const rows = firstCells("state ").map(([state = "", , final = ""]) => [state.replaceAll("`", ""), final === "yes"]);
  expect(rows).toEqual(RECEIPT_STATES.map((state) => [state, isFinalState(state)]));
});

test("the example in curl sends what Intake believes", () => {
  const script = [...text.matchAll(/```sh\n(.*?)```/gs)]
    .map(([, one = ""]) => one)
    .find((one) => one.includes("jq -n"));
  const folder = mkdtempSync(join(tmpdir(), "curl-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "curl"), '#!/bin/sh\nprintf "%s\\n" "$@" >words\ncat >sent\n');
  chmodSync(join(folder, "curl"), 0o755);
  const message = { schemaVersion: 1, note: 'Käthe\'s "mug" \\ 50 %' };
  writeFileSync(join(folder, "message.json"), JSON.stringify(message, null, 2));
  const secret = `whsec_${Buffer.from("a secret of the tests, 32 bytes!").toString("base64")}`;
  const ended = spawnSync("bash", ["--norc", "-euo", "pipefail", "-c", script ?? "exit 9"], {
    cwd: folder,
    env: { PATH: `${folder}${delimiter}${process.env["PATH"]}`, WEBHOOK_SECRET: secret, GITHUB_TOKEN: "token" },
    encoding: "utf8",
  });
  expect({ status: ended.status, stderr: ended.stderr }).toEqual({ status: 0, stderr: "" });
  const sent = JSON.parse(readFileSync(join(folder, "sent"), "utf8")) as { client_payload: { request: unknown } };
  const read = readSignedMessage(sent.client_payload.request);
  expect(JSON.parse(read?.body ?? "null")).toEqual(message);
  expect(read !== undefined && isSigned(read, [readSecret(secret) ?? new Uint8Array()])).toBe(true);
  expect(readFileSync(join(folder, "words"), "utf8")).toContain("/repos/OWNER/REPOSITORY/dispatches");
});
