/** Log events as a runner's log: each tenant's lines in a group of their own, however many run at once. */
import type { Log, LogEvent } from "../ports.ts";
import { escapeData } from "./annotations.ts";
import { eventLines } from "./text.ts";

/**
 * A log that prints a tenant's lines together once it is finished, under the line that says what became of it; all
 * else at once. `print` gets one line without its end, already safe.
 */
export function groupLog(print: (line: string) => void): Log {
  const held = new Map<string, string[]>();
  return (event) => {
    if (event.type === "tenant-finished") {
      const [title = event.outcome.id, ...errors] = eventLines(event);
      print(`::group::${escapeData(title)}`);
      for (const line of held.get(event.outcome.id) ?? []) print(line);
      print("::endgroup::");
      // What went wrong must be seen without opening the group.
      for (const line of errors) print(line);
      held.delete(event.outcome.id);
      return;
    }
    const tenant = tenantOf(event);
    if (tenant === undefined) for (const line of eventLines(event)) print(line);
    else {
      const lines = held.get(tenant) ?? [];
      lines.push(...eventLines(event));
      held.set(tenant, lines);
    }
  };
}

const tenantOf = (event: LogEvent): string | undefined => ("tenant" in event ? event.tenant : undefined);
