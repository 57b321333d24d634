import { once } from "node:events";
import { watch } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { request } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { PageState } from "../../scripts/server/live-reload.ts";
import { catalogOf, openWorkplace, settingsOf, type Workplace } from "./workplace.ts";

async function startHere(place: Workplace) {
  const running = place.start("start.ts", ["--port", "0"]);
  const [, port = ""] = await running.waitFor(/http:\/\/localhost:(\d+)\//);
  await running.waitFor(/Ctrl-C stops\./);
  return { ...running, port: Number(port) };
}

function get(port: number, host: string, path = "/"): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", path, headers: { host } }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("end", () => resolve({ status: response.statusCode, body }));
    })
      .on("error", reject)
      .end();
  });
}

/** The states that an open page of `host` is told of, one by one. */
async function openPage(port: number, host: string): Promise<() => Promise<PageState>> {
  const [response] = (await once(
    request({ port, host: "127.0.0.1", path: "/.local/events", headers: { host } }).end(),
    "response",
  )) as [AsyncIterable<Buffer>];
  const chunks = response[Symbol.asyncIterator]();
  let text = "";
  return async () => {
    for (;;) {
      const found = /data: (.*)\n\n/.exec(text);
      if (found !== null) {
        text = text.slice(found.index + found[0].length);
        return JSON.parse(found[1] ?? "") as PageState;
      }
      const chunk = await chunks.next();
      if (chunk.done === true) throw new Error("the server closed the page");
      text += chunk.value.toString();
    }
  };
}

test("provisions, serves, says where and how long it took, and stops on Ctrl-C", async () => {
  const place = await openWorkplace();
  const server = await startHere(place);
  expect(server.output()).toMatch(/^1 store provisioned in \d+\.\d+ s: http:/m);
  expect(server.output()).toContain(`  Fernway Pottery  http://fernway.localhost:${server.port}/  created: `);
  expect(await get(server.port, "fernway.localhost")).toMatchObject({
    status: 200,
    body: expect.stringContaining("Fernway Pottery") as unknown,
  });
  expect((await get(server.port, "fernway.localhost", "/nothing/")).status).toBe(404);
  expect((await get(server.port, "localhost")).body).toContain("fernway.localhost");
  server.signal("SIGINT");
  expect(await server.ended).toMatchObject({
    code: 0,
    stderr: "",
    stdout: expect.stringMatching(/Stopped\n$/) as unknown,
  });
});

test("an edit of a tenant reaches open pages of its store", async () => {
  const place = await openWorkplace();
  const server = await startHere(place);
  const page = await openPage(server.port, "fernway.localhost");
  const before = (await page()).release;
  await place.write("tenants/fernway.yaml", settingsOf("fernway", "Fernway Glass"));
  expect((await page()).release).not.toBe(before);
  expect((await get(server.port, "fernway.localhost")).body).toContain("Fernway Glass");
  await server.waitFor(/^fernway updated · /m);
});

test("an edit of a template reaches them, too", async () => {
  const place = await openWorkplace();
  const server = await startHere(place);
  const page = await openPage(server.port, "fernway.localhost");
  const before = (await page()).release;
  const template = await place.read("templates/minimal/index.html.ejs");
  await place.write("templates/minimal/index.html.ejs", template.replace("</body>", "<p>Closed on Mondays</p></body>"));
  expect((await page()).release).not.toBe(before);
  expect((await get(server.port, "fernway.localhost")).body).toContain("Closed on Mondays");
});

test("a broken file is explained, and the last good store stays until it is mended", async () => {
  const place = await openWorkplace();
  const server = await startHere(place);
  const page = await openPage(server.port, "fernway.localhost");
  const { release } = await page();
  const good = settingsOf("fernway", "Fernway Pottery");
  await place.write("tenants/fernway.yaml", good.replace("en-GB", "english"));
  await server.waitFor(/tenants\/fernway\.yaml:6:20 error .*"english"/);
  expect((await get(server.port, "fernway.localhost")).body).toContain("Fernway Pottery");
  expect((await get(server.port, "localhost")).body).toContain("<strong>invalid</strong>");
  const expected = { place: "tenants/fernway.yaml:6:20", message: expect.stringContaining('"english"') as string };
  expect(await page()).toEqual({ release, problems: [expect.objectContaining(expected)] });
  await place.write("tenants/fernway.yaml", good.replace("Pottery", "Stoneware"));
  await server.waitFor(/^success: 1 store/m);
  expect((await get(server.port, "fernway.localhost")).body).toContain("Fernway Stoneware");
  expect(await page()).toEqual({ release: expect.not.stringContaining(release) as string, problems: [] });
});

test("a folder that is gone for a moment ends nothing", async () => {
  const place = await openWorkplace();
  const server = await startHere(place);
  const template = await place.read("templates/minimal/index.html.ejs");
  const page = await openPage(server.port, "fernway.localhost");
  await page();
  await place.remove("tenants/fernway.yaml");
  await server.waitFor(/error: there is no tenant in tenants/);
  expect((await page()).problems).toEqual([
    expect.objectContaining({ message: expect.stringContaining("there is no tenant") as string }),
  ]);
  expect((await get(server.port, "fernway.localhost")).body).toContain("Fernway Pottery");
  await place.write("templates/minimal/index.html.ejs", template);
  await place.write("tenants/fernway.yaml", settingsOf("fernway", "Fernway Again"));
  await server.waitFor(/^success: 1 store/m);
  expect((await get(server.port, "fernway.localhost")).body).toContain("Fernway Again");
});

test("a new tenant gets its host at once", async () => {
  const place = await openWorkplace();
  const server = await startHere(place);
  expect((await get(server.port, "brook.localhost")).status).toBe(404);
  await place.write("tenants/brook/products.csv", catalogOf(3));
  await place.write("tenants/brook.yaml", settingsOf("brook", "Brook"));
  await server.waitFor(new RegExp(`^brook created · .*http://brook\\.localhost:${server.port}/`, "m"));
  expect((await get(server.port, "brook.localhost")).status).toBe(200);
});

test("a second start finds everything as it was", async () => {
  const place = await openWorkplace();
  const first = await startHere(place);
  first.signal("SIGTERM");
  expect((await first.ended).code).toBe(0);
  const second = await startHere(place);
  expect(second.output()).toContain("unchanged: ");
});

test("a port in use is said with the way out", async () => {
  const place = await openWorkplace();
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const { code, stdout, stderr } = await place.run("start.ts", [], { PORT: String(port) });
  other.close();
  expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
  expect(stderr).toBe(
    `error: port ${port} is in use\n  hint: stop what listens there, or choose another: npm start -- --port ${port + 1}\n`,
  );
});

test.each([
  { args: [], environment: { PORT: "abc" }, says: '"abc" is no port' },
  { args: ["--port", "70000"], environment: {}, says: '"70000" is no port' },
])("$args $environment is wrong usage, and said", async ({ args, environment, says }) => {
  const place = await openWorkplace();
  const { code, stdout, stderr } = await place.run("start.ts", args, environment);
  expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
  expect(stderr).toMatch(new RegExp(`^error: ${says}\n  hint: .*0 to 65535.*\n$`));
});

test("a flag wins over an environment that names no port", async () => {
  const place = await openWorkplace();
  const server = place.start("start.ts", ["--port", "0"], { PORT: "abc" });
  expect(await server.waitFor(/Ctrl-C stops\./)).not.toBeNull();
});

test.each(["once", "twice"])("Ctrl-C pressed %s begins no further store and ends", async (times) => {
  const place = await openWorkplace();
  const many = Array.from({ length: 300 }, (_, at) => `brook-${at}`);
  for (const id of many) {
    await place.write(`tenants/${id}.yaml`, settingsOf(id, "Brook"));
    await place.write(`tenants/${id}/products.csv`, catalogOf(3));
  }
  await mkdir(join(place.folder, "out"));
  const watcher = watch(join(place.folder, "out"));
  const server = place.start("start.ts", ["--port", "0"]);
  await once(watcher, "change");
  watcher.close();
  server.signal("SIGINT");
  if (times === "twice") server.signal("SIGINT");
  expect(await server.ended).toMatchObject({
    code: 0,
    stderr: "",
    stdout: expect.stringMatching(/Stopped\n$/) as unknown,
  });
  const begun = await readdir(join(place.folder, "out"));
  expect(begun.length).toBeLessThan(many.length / 2);
  // Nothing is left half done: whoever starts again does not wait for a lease.
  const notes = await readdir(join(place.folder, ".ledger/files"), { recursive: true });
  expect(notes.filter((name) => name.endsWith("intent.json"))).toEqual([]);
});

test("a first start without tenants says so and ends", async () => {
  const place = await openWorkplace();
  await place.remove("tenants");
  const { code, stderr } = await place.run("start.ts", ["--port", "0"]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: .*tenants/)]);
});
