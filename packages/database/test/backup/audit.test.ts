import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { afterAll, expect, onTestFinished, test } from "vitest";

import { entity } from "@xianmai/plugin-api";
import { buildModel } from "@xianmai/plugin-api/model";

import { auditFilesIn, migrate, sealNow, verifyAudit, type AuditFiles } from "@xianmai/database";
import { openPostgres, type ConnectionSettings } from "@xianmai/database/postgres";
import { createTestDatabase } from "@xianmai/database/testing";

import { backup, restore } from "../../src/backup/index.ts";
import { libpqUrl } from "../../src/postgres/settings.ts";
import { clean, newFolder, query, quiet } from "../postgres/harness.ts";
import { migrated, nextMigration, units, Work, workColumns, worksOf } from "../sample.ts";
import { choices, clock } from "./harness.ts";

const folder = newFolder();

afterAll(() => clean(folder, ...readdirSync(folder).map((name) => join(folder, name))));

const { month: _, ...others } = workColumns;
class Slim extends entity("Work", { zh: "工程", en: "Work", title: "name", key: "code", scope: "unit" }, others) {}

const first = nextMigration(buildModel([units, worksOf(Work)]), worksOf(Work));

/** Rows that were sealed, a column that was dropped from the middle of them since, and rows that are not sealed yet. */
async function makePast(owner: ConnectionSettings, files: AuditFiles): Promise<void> {
  await migrate({ owner, model: migrated(units, worksOf(Work)), log: quiet });
  await query(owner, "insert into app.unit (id, code, name) values (gen_random_uuid(), 'u', 'U'), (gen_random_uuid(), 'v', 'V')");
  await query(
    owner,
    `insert into app.work (id, code, name, kind, stage, unit_id, month) select gen_random_uuid(), 'w' || n, 'W', 'NEW', 'PLANNED', u.id, '2023-01'
     from app.unit u, generate_series(1, 20) n where u.code = 'u'`,
  );
  await query(owner, "update app.work set name = 'changed' where code < 'w15'");
  await sealNow({ owner, files });
  await migrate({ owner, model: migrated(units, worksOf(Slim, first)), log: quiet });
  await query(owner, "update app.work set name = 'slim' where code < 'w12'");
  await sealNow({ owner, files });
  await query(owner, "delete from app.work where code = 'w1'; update app.unit set name = 'not sealed yet' where code = 'v'");
}

async function expectWhole(owner: ConnectionSettings, files: AuditFiles): Promise<void> {
  const before = await verifyAudit({ owner, files });
  expect(before.findings).toEqual([]);
  expect(before.seals).toBe(2);
  await query(
    owner,
    "update app.work set name = 'after the restore' where code = 'w20'; update app.unit set name = 'again' where code = 'v'",
  );
  await sealNow({ owner, files });
  const after = await verifyAudit({ owner, files });
  expect({ findings: after.findings, unsealed: after.unsealed.changes }).toEqual({ findings: [], unsealed: 0 });
  expect(after.seals).toBeGreaterThan(2);

  // and it is not blind: what is changed past it is found, from before the restore and from after it
  await query(owner, "alter table app.work disable trigger user; update app.work set name = 'forged' where code in ('w5', 'w20')");
  expect((await verifyAudit({ owner, files })).findings.length).toBeGreaterThan(1);
}

test("the audit of a private database verifies after its restore, and goes on from there", async () => {
  const dataFolder = join(folder, "data");
  const postgres = await openPostgres({ dataFolder, log: quiet, serverSettings: { fsync: "off" } });
  await makePast(postgres.owner, auditFilesIn(dataFolder));
  const { folder: made } = await backup({ ...choices, dataFolder, target: join(folder, "backups") });
  await sealNow({ owner: postgres.owner, files: auditFilesIn(dataFolder) });
  await postgres.release();
  const place = join(folder, "restored");
  await restore({ backup: made, dataFolder: place, clock, signal: choices.signal, log: quiet });
  const restored = await openPostgres({ dataFolder: place, log: quiet, serverSettings: { fsync: "off" } });
  onTestFinished(() => restored.release());
  await expectWhole(restored.owner, auditFilesIn(place));
});

test("so does that of a given database, whose tables are made anew", async () => {
  const [database, empty] = [await createTestDatabase(), await createTestDatabase()];
  onTestFinished(async () => {
    await database.drop();
    await empty.drop();
  });
  const dataFolder = join(folder, "given");
  mkdirSync(dataFolder);
  await makePast(database.owner, auditFilesIn(dataFolder));
  const of = ({ owner, app }: typeof database) => ({ databaseUrl: libpqUrl(owner), databaseAppUrl: libpqUrl(app) });
  const { folder: made } = await backup({ ...choices, ...of(database), dataFolder, target: join(folder, "backups") });
  const place = join(folder, "given elsewhere");
  await restore({ backup: made, ...of(empty), dataFolder: place, clock, signal: choices.signal, log: quiet });
  await expectWhole(empty.owner, auditFilesIn(place));
});
