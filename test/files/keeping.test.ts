import { globSync } from "node:fs";
import { readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { startServer, type RunningServer } from "@xianmai/server";
import type { TestPlatform } from "@xianmai/testing";
import { Client } from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";

import { NORTH, openCounty } from "./county.ts";
import { attachFile, download, pdf, PNG, sha256, upload, type Attached } from "./files.ts";

let platform: TestPlatform;
let report: () => Promise<string>;

beforeAll(async () => {
  ({ platform, report } = await openCounty());
});
afterAll(async () => platform[Symbol.asyncDispose]());

async function attaching(content: Buffer, name = "a.pdf"): Promise<Attached> {
  const address = await upload(platform, content, { viewer: NORTH, name });
  return attachFile(platform, { subject: await report(), field: "proof", upload: address }, NORTH);
}

/** Advisory locks: that of a test's trigger, and that between who attaches and who tidies. */
const [GATE, FILES_LOCK] = [20_231_121, 0x66696c65];

/** How many sessions wait for an advisory lock. */
async function waitingFor(lock: number): Promise<number> {
  const rows = await platform.sql("select from pg_locks where locktype = 'advisory' and not granted and objid = $1", [lock]);
  return rows.length;
}

/** The contents that lie in the folder of files. */
function kept(): readonly string[] {
  return globSync("files/*/*", { cwd: platform.dataFolder })
    .map((path) => path.split(/[/\\]/).at(-1) ?? "")
    .toSorted();
}

function waiting(): readonly string[] {
  return globSync("uploads/*", { cwd: platform.dataFolder });
}

/** Makes everything in the folders of files older than a day, and starts a server on them, which tidies. */
async function tidyLater(): Promise<void> {
  const then = new Date(Date.now() - 25 * 60 * 60 * 1000);
  for (const path of globSync("{files,uploads}/**", { cwd: platform.dataFolder }))
    await utimes(join(platform.dataFolder, path), then, then);
  await (await startAnew()).stop();
}

/** Another server of the platform, on the same folder. */
async function startAnew(): Promise<RunningServer> {
  const { composition, database: postgres, dataFolder } = platform;
  return startServer({ composition, postgres, port: 0, log: pino({ level: "silent" }), devViewers: true, dataFolder });
}

test("the same bytes lie on the disk once, under their hash, however often they are attached; their uploads are gone", async () => {
  const content = pdf(50_000, "same");
  const before = kept().length;
  for (const name of ["a.pdf", "b.pdf"]) expect((await attaching(content, name)).problems).toEqual([]);
  expect(kept()).toHaveLength(before + 1);
  const hash = sha256(content);
  expect((await readFile(join(platform.dataFolder, "files", hash.slice(0, 2), hash))).equals(content)).toBe(true);
  expect(waiting()).toEqual([]);
});

test("where the database dies between the bytes and COMMIT, nothing is attached, the upload waits, and it can be attached again", async () => {
  const content = pdf(3000, "cut off");
  const [subject, address] = [await report(), await upload(platform, content, { viewer: NORTH, name: "a.pdf" })];
  const input = { subject, field: "proof", upload: address };
  await platform.sql(
    `create function public.die() returns trigger language plpgsql security definer as 'begin perform pg_terminate_backend(pg_backend_pid()); return null; end'`,
  );
  await platform.sql(
    "create constraint trigger zz_die after insert on app.attachment deferrable initially deferred for each row execute function public.die()",
  );
  const failed = await platform
    .as(NORTH)
    .ask("mutation ($input: AttachFileInput!) { attachFile(input: $input) { problems { code } } }", { input });
  await platform.sql("drop trigger zz_die on app.attachment");
  expect(failed.errors).toHaveLength(1);
  expect(kept()).toContain(sha256(content));
  const { node } = await platform.query<{ node: unknown }>(
    "query ($id: ID!) { node(id: $id) { ... on Report { proof { totalCount } } } }",
    {
      id: subject,
    },
  );
  expect(node).toEqual({ proof: { totalCount: 0 } });
  expect((await attachFile(platform, input, NORTH)).problems).toEqual([]);
});

test("a day later, abandoned uploads and bytes that no row names are gone; what records or their history name stays", async () => {
  const [attached, detached, lost] = [pdf(2000, "attached"), pdf(2000, "detached"), pdf(2000, "lost")];
  expect((await attaching(attached)).problems).toEqual([]);
  const { attachment } = await attaching(detached);
  await platform.as(NORTH).query("mutation ($id: ID!) { detachFile(input: { id: $id }) { problems { code } } }", { id: attachment?.id });
  const [address, before] = [await upload(platform, lost, { viewer: NORTH, name: "a.pdf" }), kept()];
  // what a server leaves that is killed between the bytes and the row, and while it writes
  const orphan = sha256(lost);
  const [folder] = before.map((hash) => join(platform.dataFolder, "files", hash.slice(0, 2)));
  const place = join(folder ?? "", (folder ?? "").slice(-2) + orphan.slice(2));
  await writeFile(place, lost);
  await writeFile(join(platform.dataFolder, "files", "cut-off.half"), "half of");
  expect(waiting()).toHaveLength(2);

  await tidyLater();
  expect(kept()).toEqual(before);
  expect(kept()).toEqual(expect.arrayContaining([sha256(attached), sha256(detached)]));
  expect(globSync("files/*.half", { cwd: platform.dataFolder })).toEqual([]);
  expect(waiting()).toEqual([]);
  const again = await attachFile(platform, { subject: await report(), field: "proof", upload: address }, NORTH);
  expect(again.problems).toMatchObject([{ code: "UPLOAD_UNKNOWN" }]);
});

test("a server whose plugins declare files does not start without a folder for them", async () => {
  const { composition, database: postgres } = platform;
  await expect(startServer({ composition, postgres, port: 0, log: pino({ level: "silent" }) })).rejects.toMatchObject({
    code: "FILES_FOLDER_MISSING",
  });
});

test("bytes that somebody is about to name are not taken for bytes that nobody names", async () => {
  const content = pdf(2500, "about to be named");
  const [subject, address] = [await report(), await upload(platform, content, { viewer: NORTH, name: "a.pdf" })];
  await platform.sql(
    `create function public.wait() returns trigger language plpgsql as 'begin perform pg_advisory_xact_lock(${GATE}); return new; end'`,
  );
  await platform.sql("create trigger aa_wait before insert on app.attachment for each row execute function public.wait()");
  const gate = new Client(platform.database.owner);
  await gate.connect();
  await gate.query(`select pg_advisory_lock(${GATE})`);
  const attaching = attachFile(platform, { subject, field: "proof", upload: address }, NORTH);
  await expect.poll(async () => waitingFor(GATE)).toBe(1);
  const tidying = tidyLater();
  await expect.poll(async () => waitingFor(FILES_LOCK)).toBe(1);
  await gate.end();
  expect((await attaching).problems).toEqual([]);
  await tidying;
  await platform.sql("drop trigger aa_wait on app.attachment");
  expect(kept()).toContain(sha256(content));
});

test("an upload goes on where it was after its server was started anew", async () => {
  const content = pdf(400_000, "0123456789");
  const first = await startAnew();
  const headers = { "tus-resumable": "1.0.0", "x-xianmai-viewer": NORTH };
  const begun = await fetch(`${first.url}/uploads`, {
    method: "POST",
    headers: {
      ...headers,
      "upload-length": String(content.length),
      "upload-metadata": `filename ${Buffer.from("a.pdf").toString("base64")}`,
    },
  });
  const path = begun.headers.get("location") ?? "";
  const send = async (url: string, from: number, to: number): Promise<number> => {
    const piece = { ...headers, "upload-offset": String(from), "content-type": "application/offset+octet-stream" };
    return (await fetch(new URL(path, url), { method: "PATCH", headers: piece, body: new Uint8Array(content.subarray(from, to)) })).status;
  };
  expect(await send(first.url, 0, 150_000)).toBe(204);
  await first.stop();

  const second = await startAnew();
  const known = await fetch(new URL(path, second.url), { method: "HEAD", headers });
  expect(known.headers.get("upload-offset")).toBe("150000");
  expect(await send(second.url, 150_000, content.length)).toBe(204);
  await second.stop();
  const { problems } = await attachFile(platform, { subject: await report(), field: "proof", upload: path }, NORTH);
  expect(problems).toEqual([]);
  expect(kept()).toContain(sha256(content));
});

test("with a record go its files", async () => {
  const [subject, address] = [await report(), await upload(platform, PNG, { viewer: NORTH, name: "a.png" })];
  const { attachment } = await attachFile(platform, { subject, field: "proof", upload: address }, NORTH);
  await platform.sql("delete from app.report where id = $1", [subject.replace("Report:", "")]);
  expect(await platform.query("query ($id: ID!) { node(id: $id) { id } }", { id: attachment?.id })).toEqual({ node: null });
  expect((await download(platform, attachment?.url ?? "")).status).toBe(404);
});
