import { existsSync, readFileSync, statSync } from "node:fs";

import { describe, expect, onTestFinished, test } from "vitest";

import { auditFilesIn, sealNow, startSealer, verifyAudit } from "@xianmai/database";
import type { Label } from "@xianmai/plugin-api";

import { addUnit } from "../county.ts";
import { openAudited, temporaryFolder, uncaptured, type AuditedCounty } from "./audit.ts";

/** Waits until something holds; the test's own time limit ends what never does. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}

const unsealed = async (county: AuditedCounty) => (await county.verify()).unsealed.changes;

describe("sealing", () => {
  test("keeps its key where its owner alone can read it, and makes it once", async () => {
    const county = await openAudited();
    await county.seal();
    expect(statSync(county.files.key).mode & 0o777).toBe(0o600);
    const made = readFileSync(county.files.key, "utf8");
    await addUnit(county.owner, "a");
    await county.seal();
    expect(readFileSync(county.files.key, "utf8")).toBe(made);
    expect(
      await county.rows("select relname from pg_class where relnamespace = 'xm'::regnamespace and relname like '%key%' and relkind = 'r'"),
    ).toEqual([]);
  });

  test("does nothing where nothing was written", async () => {
    const county = await openAudited();
    const first = await county.seal();
    expect(await county.seal()).toEqual(first);
    expect(first?.number).toBe(1n);
  });

  test("takes up what was committed late, after others that began later, and never what was rolled back", async () => {
    const county = await openAudited();
    const late = await county.open(county.database.owner);
    await late.query("begin");
    await addUnit(late, "late");
    await addUnit(county.owner, "early");
    await county.owner.query("begin; insert into app.unit (code, name) values ('never', 'never'); rollback");
    await county.seal();
    await late.query("commit");
    expect(await unsealed(county)).toBe(1);
    await county.seal();
    expect(await county.verify()).toMatchObject({ findings: [], unsealed: { changes: 0 } });
  });

  test("takes up whole tables, long lists of single rows, and rows that are made and changed in one transaction", async () => {
    const county = await openAudited();
    await county.owner.query("insert into app.unit (code, name) select n::text, 'n' from generate_series(1, 2300) n");
    await county.owner.query("update app.unit set name = name || n.k from (values ('a')) n(k)");
    await county.owner.query("do $$ begin for n in 1..1300 loop update app.unit set name = n::text where code = n::text; end loop; end $$");
    await county.owner.query(
      "begin; insert into app.unit (code, name) values ('x', 'x'); update app.unit set name = 'y' where code = 'x'; commit",
    );
    await county.owner.query("begin; insert into app.unit (code, name) values ('z', 'z'); delete from app.unit where code = 'z'; commit");
    await county.owner.query("delete from app.unit where code like '1%'");
    await county.seal();
    const report = await county.verify();
    expect(report).toMatchObject({ findings: [], unsealed: { changes: 0 } });
    expect(report.versions).toBeGreaterThan(5900);
    const [deep] = await county.rows<{ id: string }>("select id from xmh.unit where code = '777' order by xm_from limit 1");
    await county.owner.query("update xmh.unit set name = 'forged' where id = $1 and name = 'na'", [deep!.id]);
    expect(await county.found()).toEqual([`CELL_CHANGED unit ${deep!.id} history name`]);
  });

  test("cuts a long backlog into seals, each good by itself", async () => {
    const county = await openAudited();
    const late = await county.open(county.database.owner);
    await late.query("begin");
    await addUnit(late, "late");
    for (let n = 0; n < 13; n += 1) {
      await county.owner.query("insert into app.unit (code, name) select $1 || '-' || n, 'n' from generate_series(1, 1900) n", [String(n)]);
    }
    await late.query("commit");
    const head = await county.seal();
    expect(head?.number).toBe(2n);
    expect(await county.verify()).toMatchObject({ findings: [], unsealed: { changes: 0 }, seals: 2 });
  });

  test("by two at once makes one chain, in which everything stands once", async () => {
    const county = await openAudited();
    const { owner } = county.database;
    const other = { owner, files: { ...county.files, anchor: `${temporaryFolder()}/anchor` } };
    await county.seal();
    const sealers = [() => county.seal(), () => sealNow(other)];
    await Promise.all(
      sealers.map(async (seal, at) => {
        const writer = await county.open(owner);
        for (let n = 0; n < 15; n += 1) {
          await addUnit(writer, `${at}-${n}`);
          await seal();
        }
      }),
    );
    for (const files of [county.files, other.files]) {
      expect(await verifyAudit({ owner, files })).toMatchObject({ findings: [], unsealed: { changes: 0 } });
    }
    const [leaves] = await county.rows<{ twice: number }>(
      "select count(*)::int as twice from (select from xm.seal_leaf group by stamp, tbl, part having count(*) > 1) t",
    );
    expect(leaves).toEqual({ twice: 0 });
  });

  test("that is killed in the middle leaves the chain as it was, and the next one takes up everything", async () => {
    const county = await openAudited();
    await county.owner.query("insert into app.unit (code, name) select n::text, 'n' from generate_series(1, 2500) n");
    // the sealer waits in the middle of its transaction, with leaves written, for a lock on where the seal goes
    await county.owner.query("begin; lock table xm.seal in exclusive mode");
    const sealing = county.seal().then(
      () => "sealed",
      () => "failed",
    );
    const other = await county.open(county.database.owner);
    const waiting =
      "select pid from pg_stat_activity where application_name = 'xianmai audit' and datname = current_database() and wait_event_type = 'Lock'";
    await until(async () => (await other.query(waiting)).rowCount === 1);
    await other.query(`select pg_terminate_backend(pid) from (${waiting}) w`);
    expect(await sealing).toBe("failed");
    await county.owner.query("commit");
    expect(await county.rows("select from xm.seal_leaf")).toEqual([]);
    await county.seal();
    expect(await county.verify()).toMatchObject({ findings: [], seals: 1, unsealed: { changes: 0 } });
  });

  test("goes on when transaction numbers begin anew, as in a restored copy", async () => {
    const county = await openAudited();
    await addUnit(county.owner, "before");
    await county.seal();
    await addUnit(county.owner, "not sealed yet");
    await county.owner.query("create or replace function xm.base() returns bigint stable parallel safe return 2 * 281474976710656");
    const id = await addUnit(county.owner, "after");
    await county.owner.query("update app.unit set name = 'changed'");
    await county.seal();
    expect(await county.verify()).toMatchObject({ findings: [], unsealed: { changes: 0 } });
    await uncaptured(county.owner, "unit", "update app.unit set name = 'forged' where code = 'after'");
    expect(await county.found()).toEqual([`CELL_CHANGED unit ${id} current name`]);
  });

  test("is refused to the application's own login", async () => {
    const county = await openAudited();
    await county.seal();
    const app = await county.open(county.database.app);
    for (const role of ["none", "xm_all"]) {
      await app.query(`set role ${role}`);
      await expect(app.query("delete from xm.seal")).rejects.toMatchObject({ code: "42501" });
      await expect(app.query("update xm.seal_leaf set seal = 1")).rejects.toMatchObject({ code: "42501" });
      await expect(app.query("select from xm.seal_leaf")).rejects.toMatchObject({ code: "42501" });
    }
  });
});

describe("a sealer beside a server", () => {
  const start = async (county: AuditedCounty, log: (line: Label) => void = () => undefined, files = county.files) => {
    const sealer = await startSealer({ owner: county.database.owner, files, every: 20, log });
    onTestFinished(() => sealer.stop());
    return sealer;
  };

  test("seals by itself soon after each commit, and what is left when it is stopped", async () => {
    const county = await openAudited();
    const sealer = await start(county);
    await addUnit(county.owner, "a");
    await until(async () => (await unsealed(county)) === 0);
    await addUnit(county.owner, "b");
    await sealer.stop();
    expect(await county.verify()).toMatchObject({ findings: [], unsealed: { changes: 0 } });
    const again = await start(county);
    await addUnit(county.owner, "c");
    await again.stop();
    expect(await county.verify()).toMatchObject({ findings: [], unsealed: { changes: 0 } });
  });

  test("says that it cannot seal, once, and that it can again", async () => {
    const county = await openAudited();
    const lines: string[] = [];
    await start(county, ({ en }) => lines.push(en));
    const end =
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'xianmai audit' and datname = current_database()";
    await county.owner.query("alter table xm.seal rename to elsewhere");
    await until(() => Promise.resolve(lines.length > 0));
    await county.owner.query(end);
    await county.owner.query("alter table xm.elsewhere rename to seal");
    await until(() => Promise.resolve(lines.at(-1)?.includes("again") === true));
    await addUnit(county.owner, "a");
    await until(async () => (await unsealed(county)) === 0);
    expect(lines[0]).toContain("cannot be sealed");
    expect(new Set(lines).size).toBe(lines.length);
  });

  test("on two servers: both note the heads, and either may be stopped", async () => {
    const county = await openAudited();
    const files = { ...auditFilesIn(temporaryFolder()), key: county.files.key };
    const one = await start(county);
    const other = await start(county, undefined, files);
    await addUnit(county.owner, "a");
    await until(async () => (await unsealed(county)) === 0);
    await one.stop();
    await addUnit(county.owner, "b");
    await until(async () => (await unsealed(county)) === 0);
    await other.stop();
    const { owner } = county.database;
    expect((await verifyAudit({ owner, files })).findings).toEqual([]);
    expect((await county.verify()).findings).toEqual([]);
  });

  test("with a key of its own beside seals of another is refused", async () => {
    const county = await openAudited();
    await county.seal();
    const files = auditFilesIn(temporaryFolder());
    await expect(startSealer({ owner: county.database.owner, files, every: 20, log: () => undefined })).rejects.toMatchObject({
      code: "AUDIT_KEY_MISSING",
    });
    expect(existsSync(files.key)).toBe(false);
  });
});
