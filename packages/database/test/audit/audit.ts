import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Client } from "pg";
import { onTestFinished } from "vitest";

import {
  auditFilesIn,
  migrate,
  sealNow,
  verifyAudit,
  type AuditFiles,
  type AuditReport,
  type Finding,
  type SealHead,
} from "@xianmai/database";
import type { ConnectionSettings } from "@xianmai/database/postgres";
import { createTestDatabase, type TestDatabase } from "@xianmai/database/testing";

import { addUnit, openCounty, type County } from "../county.ts";
import { county as model } from "../sample.ts";

/** A sample county whose audit is kept in a folder of this test's own. */
export interface AuditedCounty extends County {
  readonly files: AuditFiles;
  seal(): Promise<SealHead | undefined>;
  verify(): Promise<AuditReport>;
  /** What a verification finds, each as the code and what it points at. */
  found(): Promise<readonly string[]>;
}

/** A county with nothing but its dictionaries, not sealed yet. */
export async function openAudited(): Promise<AuditedCounty> {
  return audited(await openCounty(), auditFilesIn(temporaryFolder()));
}

export interface Past extends AuditedCounty {
  readonly a: string;
  readonly b: string;
  readonly gone: string;
}

/** A county with a past: three units, one renamed twice (first by li), one gone; everything sealed, in four seals. */
export async function withPast(): Promise<Past> {
  const county = await countyOf(await createTestDatabase({ name: "database: audited past", prepare: makePast }));
  const files = auditFilesIn(temporaryFolder());
  const [kept] = await county.rows<{ key: string; anchor: string }>("select key, anchor from public.audit_files");
  writeFileSync(files.key, kept!.key, { mode: 0o600 });
  writeFileSync(files.anchor, kept!.anchor);
  await county.owner.query("drop table public.audit_files");
  const units = await county.rows<{ id: string; code: string }>("select id, code from app.unit union all select id, code from xmh.unit");
  const [a, b, gone] = ["a", "b", "gone"].map((code) => units.find((unit) => unit.code === code)!.id);
  return { ...audited(county, files), a: a!, b: b!, gone: gone! };
}

/** The files of the audit go along inside the template, since every copy needs them. */
async function makePast({ owner }: { readonly owner: ConnectionSettings }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "xianmai-audit-"));
  const files = auditFilesIn(folder);
  const client = new Client(owner);
  await client.connect();
  try {
    await migrate({ owner, model, log: () => undefined });
    for (const code of ["a", "b", "gone"]) await addUnit(client, code);
    await sealNow({ owner, files });
    await client.query("begin; set local xm.actor = 'li'; update app.unit set name = 'a2' where code = 'a'; commit");
    await sealNow({ owner, files });
    await client.query("update app.unit set name = 'a3' where code = 'a'");
    await sealNow({ owner, files });
    await client.query("delete from app.unit where code = 'gone'");
    await sealNow({ owner, files });
    await client.query("create table public.audit_files (key text, anchor text)");
    await client.query("insert into public.audit_files values ($1, $2)", [
      readFileSync(files.key, "utf8"),
      readFileSync(files.anchor, "utf8"),
    ]);
  } finally {
    await client.end();
    rmSync(folder, { recursive: true });
  }
}

async function countyOf(database: TestDatabase): Promise<County> {
  const clients: Client[] = [];
  onTestFinished(async () => {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
    await database.drop();
  });
  const open = async (settings: ConnectionSettings): Promise<Client> => {
    const client = new Client(settings);
    client.on("error", () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };
  const owner = await open(database.owner);
  return {
    database,
    owner,
    open,
    rows: async <Row extends object>(sql: string, values: readonly unknown[] = []) => (await owner.query<Row>(sql, [...values])).rows,
  };
}

function audited(county: County, files: AuditFiles): AuditedCounty {
  const { owner } = county.database;
  const verify = () => verifyAudit({ owner, files });
  return { ...county, files, seal: () => sealNow({ owner, files }), verify, found: async () => (await verify()).findings.map(briefly) };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "xianmai-audit-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A finding in one line: `CELL_CHANGED unit <id> current name`. */
export function briefly({ code, seal, until, table, id, place, columns, position }: Finding): string {
  const seals = seal === undefined || table !== undefined ? [] : [until === undefined || until === seal ? `#${seal}` : `#${seal}-${until}`];
  return [code, ...seals, table, id, place, columns?.join("+"), position === undefined ? undefined : `@${position}`]
    .filter((part) => part !== undefined)
    .join(" ");
}

/** Runs statements past the capture, as whoever owns the table can. */
export async function uncaptured(owner: Client, table: string, sql: string, values: readonly unknown[] = []): Promise<void> {
  await owner.query(`alter table app.${table} disable trigger user`);
  await owner.query(sql, [...values]);
  await owner.query(
    `do $$ declare t name; begin
       for t in select tgname from pg_trigger where tgrelid = 'app.${table}'::regclass and tgname like 'xm\\_%' loop
         execute format('alter table app.${table} enable always trigger %I', t);
       end loop;
     end $$`,
  );
}
