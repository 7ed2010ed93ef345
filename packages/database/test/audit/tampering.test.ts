import { appendFileSync, chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { addAuditKey, sealNow, verifyAudit } from "@xianmai/database";

import { addUnit } from "../county.ts";
import { key } from "../sample.ts";
import { openAudited, temporaryFolder, uncaptured, withPast, type AuditedCounty } from "./audit.ts";

/** The position of the change by li. */
async function positionOf(county: AuditedCounty, actor: string): Promise<string> {
  const [row] = await county.rows<{ position: string }>("select position from xm.change where actor = $1", [actor]);
  return row!.position;
}

test("what was written honestly verifies, and the report says how much was looked at", async () => {
  const county = await withPast();
  const [rows] = await county.rows<{ versions: number; changes: number }>(
    `select (select count(*) from xm.change)::int as changes, (select count(*) from app.unit)::int + (select count(*) from xmh.unit)::int
       + (select count(*) from app.dictionary)::int + (select count(*) from app.dictionary_entry)::int as versions`,
  );
  const report = await county.verify();
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ ...rows, findingCount: 0, seals: 4, lost: 0, unsealed: { changes: 0, seconds: 0 } });
  expect(report).toMatchObject({ anchor: { lines: 4, last: { number: 4n, root: report.head?.root } }, notices: [] });
});

describe("a row of a table that was written past the capture is found and named", () => {
  test("edited, with the columns", async () => {
    const county = await withPast();
    await uncaptured(county.owner, "unit", "update app.unit set name = 'forged', aliases = '{x}' where code = 'b'");
    expect(await county.found()).toEqual([`CELL_CHANGED unit ${county.b} current name+aliases`]);
  });

  test("deleted", async () => {
    const county = await withPast();
    await uncaptured(county.owner, "unit", "delete from app.unit where code = 'b'");
    expect(await county.found()).toEqual([`VERSION_MISSING unit ${county.b}`]);
  });

  test("inserted, be it before the next seal or after it", async () => {
    const county = await withPast();
    const [one, other] = [key(), key()];
    await uncaptured(county.owner, "unit", "insert into app.unit (id, code, name) values ($1, 'one', 'one')", [one]);
    expect(await county.found()).toEqual([`VERSION_UNCAPTURED unit ${one} current`]);
    await addUnit(county.owner, "honest");
    await county.seal();
    expect(await county.found()).toEqual([`VERSION_UNCAPTURED unit ${one} current`]);
    await uncaptured(county.owner, "unit", "insert into app.unit (id, code, name) values ($1, 'other', 'other')", [other]);
    expect(await county.found()).toEqual([`VERSION_UNCAPTURED unit ${one} current`, `VERSION_UNCAPTURED unit ${other} current`]);
  });

  test("inserted as if by a transaction that was sealed", async () => {
    const county = await withPast();
    const id = key();
    await uncaptured(
      county.owner,
      "unit",
      "insert into app.unit (id, code, name, xm_from) select $1, 'x', 'x', xm_from from app.unit where code = 'b'",
      [id],
    );
    expect(await county.found()).toEqual([`VERSION_ADDED unit ${id} current`]);
  });

  test("given another key", async () => {
    const county = await withPast();
    const id = key();
    await uncaptured(county.owner, "unit", "update app.unit set id = $1 where code = 'b'", [id]);
    expect((await county.found()).toSorted()).toEqual([`VERSION_ADDED unit ${id} current`, `VERSION_MISSING unit ${county.b}`]);
  });

  test("put back to what it was two versions ago", async () => {
    const county = await withPast();
    await uncaptured(
      county.owner,
      "unit",
      "update app.unit u set name = h.name, xm_from = h.xm_from from (select name, xm_from from xmh.unit where name = 'a') h where u.code = 'a'",
    );
    expect((await county.found()).toSorted()).toEqual([`VERSION_ADDED unit ${county.a} current`, `VERSION_MISSING unit ${county.a}`]);
  });

  test("as a replica, where triggers do not fire: they do, and all is captured", async () => {
    const county = await withPast();
    const allowed = await county.owner.query("set session_replication_role = replica").then(
      () => true,
      () => false,
    );
    await county.owner.query("update app.unit set name = 'replica' where code = 'b'");
    if (allowed) await county.owner.query("reset session_replication_role");
    expect(await county.found()).toEqual([]);
    await county.seal();
    expect(await county.found()).toEqual([]);
  });
});

describe("history that was tampered with is found and named", () => {
  test("an edited version, with the column", async () => {
    const county = await withPast();
    await county.owner.query("update xmh.unit set name = 'never' where name = 'a2'");
    expect(await county.found()).toEqual([`CELL_CHANGED unit ${county.a} history name`]);
    expect((await county.verify()).findings[0]).toMatchObject({ seal: 2n, actor: "li" });
  });

  test("a removed version: neither its beginning nor its end is there", async () => {
    const county = await withPast();
    await county.owner.query("delete from xmh.unit where name = 'a2'");
    expect(await county.found()).toEqual([`VERSION_MISSING unit ${county.a}`, `END_MISSING unit ${county.a}`]);
  });

  test("a version that never was", async () => {
    const county = await withPast();
    await county.owner.query("insert into xmh.unit select * from xmh.unit where name = 'a2'");
    expect(await county.found()).toEqual([`VERSION_ADDED unit ${county.a} history`, `END_ADDED unit ${county.a}`]);
  });

  test("a version that ended at another time than it says", async () => {
    const county = await withPast();
    await county.owner.query("update xmh.unit set xm_to = (select xm_to from xmh.unit where code = 'gone') where name = 'a2'");
    expect((await county.found()).toSorted()).toEqual([`END_ADDED unit ${county.a}`, `END_MISSING unit ${county.a}`]);
  });

  test("a deletion that is made undone", async () => {
    const county = await withPast();
    await uncaptured(
      county.owner,
      "unit",
      "with back as (delete from xmh.unit where code = 'gone' returning id, code, name, aliases, xm_from) insert into app.unit (id, code, name, aliases, xm_from) select * from back",
    );
    expect(await county.found()).toEqual([`END_MISSING unit ${county.gone}`]);
  });

  test("two versions of one transaction that changed places", async () => {
    const county = await openAudited();
    const id = await addUnit(county.owner, "a");
    await county.owner.query("begin; update app.unit set name = 'one'; update app.unit set name = 'two'; commit");
    await county.seal();
    expect(await county.found()).toEqual([]);
    await uncaptured(county.owner, "unit", "update app.unit set name = 'one'");
    await county.owner.query("update xmh.unit set name = 'two' where name = 'one'");
    expect(await county.found()).toEqual([`CELL_CHANGED unit ${id} current name`, `CELL_CHANGED unit ${id} history name`]);
  });
});

describe("change rows that were tampered with are found and named", () => {
  test("another actor, another time, another origin, other rows", async () => {
    const county = await withPast();
    const position = await positionOf(county, "li");
    await county.owner.query("update xm.change set actor = 'wang' where actor = 'li'");
    expect(await county.found()).toEqual([`CHANGE_EDITED unit actor @${position}`]);
    await county.owner.query("update xm.change set at = at - interval '1 day', origin = 'import', keys = '{}' where actor = 'wang'");
    expect(await county.found()).toEqual([`CHANGE_EDITED unit keys+actor+origin+at @${position}`]);
  });

  test("an actor where there was none, and none where there was an empty one", async () => {
    const county = await withPast();
    await county.owner.query("update xm.change set actor = null where actor = ''");
    const found = await county.found();
    await county.owner.query("update xm.change set actor = '' where actor is null");
    expect([found.length > 0, found.every((one) => one.startsWith("CHANGE_EDITED"))]).toEqual([true, true]);
  });

  test("a removed one", async () => {
    const county = await withPast();
    const position = await positionOf(county, "li");
    await county.owner.query("delete from xm.change where actor = 'li'");
    expect(await county.found()).toEqual([`CHANGE_MISSING unit @${position}`]);
  });

  test("one that was added to what is sealed, for a row that was smuggled in", async () => {
    const county = await withPast();
    const id = key();
    await uncaptured(county.owner, "unit", "insert into app.unit (id, code, name) values ($1, 'x', 'x')", [id]);
    await addUnit(county.owner, "honest");
    await county.seal();
    await county.owner.query(
      "insert into xm.change (stamp, tbl, op, keys, actor) select xm_from, (select id from xm.tbl where name = 'unit'), 'I', array[id], 'li' from app.unit where id = $1",
      [id],
    );
    const position = await positionOf(county, "li");
    expect(position).not.toBe("");
    expect((await county.found()).map((one) => one.replace(/@.*/, "@"))).toEqual([
      `VERSION_ADDED unit ${id} current`,
      "CHANGE_ADDED unit @",
    ]);
  });

  test("one of a table that is none", async () => {
    const county = await withPast();
    await county.owner.query("insert into xm.change (stamp, tbl, op) values (xm.stamp(), 99, 'I')");
    expect((await county.found()).map((one) => one.replace(/@.*/, "@"))).toEqual(["CHANGE_ADDED #99 @"]);
  });

  test("a step of a lifecycle that was recorded otherwise, removed, or invented", async () => {
    const county = await openAudited();
    const step = (reason: string) =>
      county.owner.query(
        `insert into xm.step (entity, key, step, from_state, to_state, "on", reason, actor, at) values ('Work', $1, 'start', 'PLANNED', 'STARTED', '2023-03-01', $2, 'li', now())`,
        [key(), reason],
      );
    await step("first");
    await step("second");
    await addUnit(county.owner, "a");
    await county.seal();
    expect(await county.found()).toEqual([]);
    await county.owner.query("update xm.step set reason = 'other' where reason = 'first'");
    await county.owner.query("delete from xm.step where reason = 'second'");
    await county.owner.query(
      'insert into xm.step (stamp, entity, key, step, from_state, to_state, "on", at) select stamp, entity, key, step, from_state, to_state, "on", at from xm.step limit 1',
    );
    expect((await county.found()).map((one) => one.replace(/ [0-9a-f-]{36}/, ""))).toEqual([
      "CELL_CHANGED step current reason",
      "VERSION_ADDED step current",
      "VERSION_MISSING step",
    ]);
  });
});

describe("a chain that was tampered with is found, and where", () => {
  test("a seal that was removed", async () => {
    const county = await withPast();
    await county.owner.query("delete from xm.seal where number = 2");
    expect(await county.found()).toEqual(["LEAF_ORPHAN #2", "SEAL_MISSING #2"]);
  });

  test("a seal that was removed with its leaves", async () => {
    const county = await withPast();
    await county.owner.query("delete from xm.seal_leaf where seal = 2");
    await county.owner.query("delete from xm.seal where number = 2");
    expect((await county.found()).map((one) => one.replace(/@.*/, "@"))).toEqual([
      "SEAL_MISSING #2",
      `VERSION_ADDED unit ${county.a} history`,
      "CHANGE_ADDED unit @",
      `END_ADDED unit ${county.a}`,
    ]);
  });

  test("two seals that changed places", async () => {
    const county = await withPast();
    await county.owner.query("update xm.seal set number = -number where number in (2, 3)");
    await county.owner.query("update xm.seal set number = 5 + number where number < 0");
    const found = await county.found();
    expect(found).toContain("SEAL_BROKEN #2");
    expect(found).toContain("SEAL_BROKEN #3");
    expect(found).toContain("ANCHOR_DIFFERS #2");
  });

  test("a seal that says other than it said: its time, how far it reaches, its root", async () => {
    for (const set of ["at = at + interval '1 second'", "snapshot = '1:1:'", "base = 0", "root = decode(repeat('00', 32), 'hex')"]) {
      const county = await withPast();
      await county.owner.query(`update xm.seal set ${set} where number = 3`);
      expect(await county.found()).toContain("SEAL_BROKEN #3");
    }
  });

  test("the structure that a seal recorded: a column cannot be declared away", async () => {
    const county = await withPast();
    await county.owner.query('update xm.seal set acts = \'[{"kind": "nonsense"}]\' where number = 1');
    expect(await county.found()).toContain("SEAL_BROKEN #1");
  });

  test("a leaf that was removed, edited, or moved", async () => {
    const county = await withPast();
    await county.owner.query(
      "update xm.seal_leaf set body = set_byte(body, length(body) - 1, get_byte(body, length(body) - 1) # 1) where seal = 2",
    );
    expect(await county.found()).toEqual(["LEAF_BROKEN unit"]);
    await county.owner.query("delete from xm.seal_leaf where seal = 2");
    expect(await county.found()).toContain("SEAL_BROKEN #2");
  });

  test("a leaf that was made anew for a forged row, by someone who knows how but has no key", async () => {
    const county = await withPast();
    // the leaf of another, honest change takes the place of the one that is to go
    await county.owner.query(
      "update xm.seal_leaf l set body = o.body, hash = o.hash, salt = o.salt from xm.seal_leaf o where l.seal = 3 and o.seal = 4",
    );
    expect(await county.found()).toContain("SEAL_BROKEN #3");
  });

  test("a cut tail, which only the anchor can tell", async () => {
    const county = await withPast();
    await county.owner.query("delete from xm.seal where number > 2; delete from xm.seal_leaf where seal > 2");
    await county.owner.query("delete from xm.change where stamp in (select xm_to from xmh.unit where name = 'a2' or code = 'gone')");
    await uncaptured(county.owner, "unit", "delete from app.unit where code = 'a'");
    await uncaptured(
      county.owner,
      "unit",
      "insert into app.unit (id, code, name, aliases, xm_from) select id, code, name, aliases, xm_from from xmh.unit where name = 'a2' or code = 'gone'",
    );
    await county.owner.query("delete from xmh.unit where name = 'a2' or code = 'gone'");
    expect(await county.found()).toEqual(["ANCHOR_AHEAD #3-4"]);
    // sealing goes on, and does not cover it up
    for (const code of ["x", "y", "z"]) {
      await addUnit(county.owner, code);
      await county.seal();
    }
    expect(await county.found()).toEqual(["ANCHOR_DIFFERS #3", "ANCHOR_DIFFERS #4"]);
  });

  test("a whole new chain, made with the right key over a forged past", async () => {
    const county = await withPast();
    await county.owner.query("truncate xm.seal, xm.seal_leaf");
    await county.owner.query("update xmh.unit set name = 'forged' where name = 'a2'");
    const forger = { owner: county.database.owner, files: { ...county.files, anchor: `${temporaryFolder()}/anchor` } };
    await sealNow(forger);
    expect((await verifyAudit(forger)).findings).toEqual([]);
    expect(await county.found()).toEqual(["ANCHOR_DIFFERS #1", "ANCHOR_AHEAD #2-4"]);
  });
});

describe("what lies outside the database", () => {
  test("without the anchor nobody can say that nothing was cut", async () => {
    const county = await withPast();
    rmSync(county.files.anchor);
    expect(await county.found()).toEqual(["ANCHOR_MISSING"]);
  });

  test("an anchor that was edited does not fit; half a line of a machine that died does no harm", async () => {
    const county = await withPast();
    appendFileSync(county.files.anchor, "5\tabc");
    await addUnit(county.owner, "c");
    await county.seal();
    expect(await county.found()).toEqual(["ANCHOR_UNREADABLE"]);
    writeFileSync(county.files.anchor, readFileSync(county.files.anchor, "utf8").replace(/^2\t../m, "2\t00"));
    expect(await county.found()).toEqual(["ANCHOR_UNREADABLE", "ANCHOR_DIFFERS #2"]);
  });

  test("a key that is lost is missed, and not replaced unasked; one that was added goes on, and the seals before it cannot be checked", async () => {
    const county = await withPast();
    rmSync(county.files.key);
    await addUnit(county.owner, "c");
    await expect(county.seal()).rejects.toMatchObject({ code: "AUDIT_KEY_MISSING" });
    await expect(county.verify()).rejects.toMatchObject({ code: "AUDIT_KEY_MISSING" });
    addAuditKey(county.files.key);
    await county.seal();
    expect(await county.found()).toEqual(["SEAL_KEY_UNKNOWN #1-4"]);
  });

  test("a key that took over from another verifies together with it", async () => {
    const county = await withPast();
    addAuditKey(county.files.key);
    await addUnit(county.owner, "c");
    await county.seal();
    expect(await county.found()).toEqual([]);
    expect(await county.rows("select count(distinct key)::int as keys from xm.seal")).toEqual([{ keys: 2 }]);
  });

  test("a key that others may read, or a file that holds none, is refused", async () => {
    const county = await withPast();
    chmodSync(county.files.key, 0o644);
    await expect(county.verify()).rejects.toMatchObject({ code: "AUDIT_KEY_EXPOSED" });
    chmodSync(county.files.key, 0o600);
    writeFileSync(county.files.key, "nothing");
    await expect(county.verify()).rejects.toMatchObject({ code: "AUDIT_KEY_UNREADABLE" });
  });

  test("what is not sealed yet is counted, with its age", async () => {
    const county = await withPast();
    await addUnit(county.owner, "late");
    await county.owner.query("update xm.change set at = at - interval '1 hour' where stamp = (select max(stamp) from xm.change)");
    const { findings, unsealed } = await county.verify();
    expect(findings).toEqual([]);
    expect(unsealed.changes).toBe(1);
    expect(unsealed.seconds).toBeGreaterThan(3599);
  });
});
