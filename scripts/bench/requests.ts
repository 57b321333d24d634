/** What a request of Tenant Management costs until its pull request is open, and a burst of them. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Patch } from "../../action/src/generated/request.ts";
import { startFakeGcs } from "../../test/fakes/gcs/server.ts";
import { startGitHub } from "../../test/fakes/github/server.ts";
import { composeEvent } from "../client/client.ts";
import { openFleetRepository } from "./fleet-repository.ts";
import { tenantId } from "./fleet.ts";
import { runAction } from "./run-action.ts";

/** One process of the action; how often it asked whom. */
interface Asked {
  readonly wallMs: number;
  readonly github: number;
  readonly ledger: number;
}

/** What was measured. */
export interface RequestCosts {
  readonly intake: Asked;
  readonly drain: Asked;
  /** The time is the drain's, the counts are of all its intakes as well. */
  readonly burst: Asked & { readonly requests: number; readonly events: number };
}

const REPOSITORY = "example/stores";
const SECRET = `whsec_${Buffer.alloc(32, "bench").toString("base64")}`;
const LATENCY_MS = 20;
const STORES = 500;
/** As many as an event takes are 200. */
const PER_EVENT = 170;
const RUNS = 5;

/** Medians by time of the single request's processes; each run has a ledger and a GitHub of its own. */
export async function costRequests(folder: string): Promise<RequestCosts> {
  const fleet = await openFleetRepository(join(folder, "requests"), { tenants: STORES, products: 6 });
  const singles: { readonly intake: Asked; readonly drain: Asked }[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await using world = await openWorld(fleet, folder);
    const intake = await world.intake([patchOf(7)]);
    singles.push({ intake, drain: await world.drain("requests: 1 pull-request") });
  }
  await using world = await openWorld(fleet, folder);
  const patches = Array.from({ length: STORES }, (_none, index) => patchOf(index + 1));
  const intakes: Asked[] = [];
  for (let at = 0; at < STORES; at += PER_EVENT) intakes.push(await world.intake(patches.slice(at, at + PER_EVENT)));
  const drain = await world.drain(`requests: ${STORES} pull-request`);
  const all = [...intakes, drain];
  const sum = (by: (one: Asked) => number): number => all.reduce((total, one) => total + by(one), 0);
  return {
    intake: middle(singles.map((one) => one.intake)),
    drain: middle(singles.map((one) => one.drain)),
    burst: {
      wallMs: drain.wallMs,
      github: sum(({ github }) => github),
      ledger: sum(({ ledger }) => ledger),
      requests: STORES,
      events: intakes.length,
    },
  };
}

const patchOf = (store: number): Patch => ({
  type: "catalog.patch",
  requestId: `00000000-0000-4000-8000-${String(store).padStart(12, "0")}`,
  tenant: tenantId(store),
  products: [{ id: `S${store}-1`, price: "9.00 GBP" }],
});

/** An empty ledger and a GitHub without pull requests. */
async function openWorld(fleet: string, folder: string) {
  const storage = await startFakeGcs({ buckets: ["ledger"], latencyMs: LATENCY_MS });
  const github = await startGitHub(REPOSITORY, { latencyMs: LATENCY_MS });
  github.state.tokens.set("job", { login: "github-actions[bot]", permissions: { actions: "write" } });
  github.state.tokens.set("app", {
    login: "stores[bot]",
    permissions: { contents: "write", "pull-requests": "write", checks: "read" },
  });
  const event = join(folder, "dispatch.json");
  const environment = {
    INPUT_LEDGER: "gs://ledger",
    "INPUT_ACCESS-TOKEN": "writer",
    STORAGE_EMULATOR_HOST: storage.url,
    GITHUB_API_URL: github.url,
    GITHUB_SERVER_URL: "https://github.example",
    GITHUB_REPOSITORY: REPOSITORY,
    GITHUB_RUN_ID: "1",
  };

  async function ask(more: Readonly<Record<string, string>>): Promise<Asked & { readonly said: string }> {
    storage.resetCounts();
    const before = github.state.requests.length;
    const { wallMs, said } = await runAction(fleet, { ...environment, ...more });
    const ledger = Object.values(storage.counts()).reduce((total, count) => total + count, 0);
    return { wallMs, said, ledger, github: github.state.requests.length - before };
  }

  return {
    intake: async (requests: readonly Patch[]): Promise<Asked> => {
      const { event_type: action, client_payload } = composeEvent({ requests, secret: SECRET });
      await writeFile(event, JSON.stringify({ action, client_payload }));
      return ask({
        INPUT_COMMAND: "intake",
        "INPUT_WEBHOOK-SECRETS": SECRET,
        "INPUT_GITHUB-TOKEN": "job",
        GITHUB_EVENT_PATH: event,
      });
    },
    /** Throws where it does not end by saying so. */
    drain: async (saying: string): Promise<Asked> => {
      const asked = await ask({ INPUT_COMMAND: "drain", "INPUT_GITHUB-TOKEN": "app" });
      if (!asked.said.includes(saying)) throw new Error(`the drain said ${asked.said}`);
      return asked;
    },
    [Symbol.asyncDispose]: async () => {
      await storage.close();
      await github[Symbol.asyncDispose]();
    },
  };
}

/** The run whose time is the median. */
function middle(runs: readonly Asked[]): Asked {
  const found = runs.toSorted((a, b) => a.wallMs - b.wallMs)[Math.floor(runs.length / 2)];
  if (found === undefined) throw new Error("no runs");
  return found;
}
