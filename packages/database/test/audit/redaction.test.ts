import { describe, expect, test } from "vitest";

import { createReadPool, readAudit, redact, settingsOf, type RedactionRequest } from "@xianmai/database";
import { countyViewer } from "@xianmai/plugin-api";
import { columnOf, entityOf } from "@xianmai/plugin-api/model";

import { county as model, key } from "../sample.ts";
import { withPast, type AuditedCounty } from "./audit.ts";

const unit = entityOf(model, "Unit");
const columns = (...names: readonly string[]) => names.map((name) => columnOf(unit, name));

const take = (county: AuditedCounty, id: string, more: Partial<RedactionRequest> = {}) =>
  redact(
    { owner: county.database.owner, files: county.files },
    { entity: unit, id, columns: columns("name"), instead: { name: "—" }, actor: "archivist", reason: "retired", ...more },
  );

/** Whether a text stands anywhere in what the platform keeps of units. */
async function stands(county: AuditedCounty, text: string): Promise<boolean> {
  const [row] = await county.rows<{ found: boolean }>(
    `select exists (select from app.unit u where u::text like $1) or exists (select from xmh.unit u where u::text like $1)
       as found`,
    [`%,${text},%`],
  );
  return row!.found;
}

describe("redacted", () => {
  test("a value is gone from the row and from all its past; the rest stands, and everything verifies", async () => {
    const county = await withPast();
    expect(await stands(county, "a2")).toBe(true);
    const outcome = await take(county, county.a);
    expect(outcome.versions).toBe(3);
    expect(await stands(county, "a2")).toBe(false);
    expect(await county.rows("select code, name from app.unit where id = $1", [county.a])).toEqual([{ code: "a", name: "—" }]);
    expect(await county.rows("select code, name from xmh.unit where id = $1", [county.a])).toEqual(
      Array.from({ length: 3 }, () => ({ code: "a", name: null })),
    );
    expect(await county.verify()).toMatchObject({
      findings: [],
      unsealed: { changes: 0 },
      notices: [{ seal: outcome.head.number, happened: { kind: "redaction", names: ["name"], actor: "archivist", reason: "retired" } }],
    });
    await county.owner.query("update app.unit set name = 'later'");
    await county.seal();
    expect(await county.found()).toEqual([]);
  });

  test("a row that was deleted has only its past to lose", async () => {
    const county = await withPast();
    expect(await take(county, county.gone, { columns: columns("name", "code"), instead: {} })).toMatchObject({ versions: 1 });
    expect(await stands(county, "gone")).toBe(false);
    expect(await county.found()).toEqual([]);
  });

  test("the salt is gone too: whoever holds all of the database and the key cannot try out what it was; what is beside it is still guarded", async () => {
    const county = await withPast();
    await take(county, county.b);
    await take(county, county.b, { columns: columns("aliases"), instead: { aliases: "{}" } });
    expect(await county.found()).toEqual([]);
    const [open] = await county.rows<{ leaves: number }>("select count(*)::int as leaves from xm.seal_leaf where salt is null");
    expect(open).toEqual({ leaves: 1 });
    await county.owner.query("update xmh.unit set code = 'forged' where id = $1", [county.b]);
    const found = await county.found();
    expect(new Set(found)).toEqual(new Set([`CELL_CHANGED unit ${county.b} history code`]));
  });

  test("a value that is put back, right or wrong, is found; so is a redaction that nobody recorded", async () => {
    const county = await withPast();
    await take(county, county.a);
    await county.owner.query(
      "update xmh.unit set name = 'a' where id = $1 and xm_from = (select min(xm_from) from xmh.unit where id = $1)",
      [county.a],
    );
    expect(await county.found()).toEqual([`REDACTION_UNDONE unit ${county.a} history name`]);
    const other = await withPast();
    await other.owner.query("update xmh.unit set name = null where name = 'a2'");
    expect(await other.found()).toEqual([`CELL_CHANGED unit ${other.a} history name`]);
    await other.owner.query("update xm.seal_leaf set salts = decode(repeat('00', length(body)), 'hex'), salt = null where seal = 2");
    expect(await other.found()).toEqual(["LEAF_BROKEN unit"]);
  });

  test("versions that are not what was sealed are refused: a redaction covers nothing up", async () => {
    const county = await withPast();
    await county.owner.query("update xmh.unit set name = 'forged' where name = 'a2'");
    await expect(take(county, county.a)).rejects.toMatchObject({ code: "AUDIT_BROKEN" });
    expect(await stands(county, "forged")).toBe(true);
    expect(await county.found()).toContain(`CELL_CHANGED unit ${county.a} history name`);
  });

  test("a required value of a row that stands needs another in its place, and a row must be there or have been", async () => {
    const county = await withPast();
    await expect(take(county, county.a, { instead: {} })).rejects.toMatchObject({ code: "REDACTION_NEEDS_VALUE" });
    await expect(take(county, key())).rejects.toMatchObject({ code: "REDACTION_ROW_UNKNOWN" });
    expect(await stands(county, "a2")).toBe(true);
    expect(await county.found()).toEqual([]);
  });

  test("the feed begins a new generation, since readers may keep what they read", async () => {
    const county = await withPast();
    const generation = () => county.rows("select max(generation) as generation from xm.generation");
    const before = await generation();
    await take(county, county.a);
    expect(await generation()).not.toEqual(before);
  });

  test("one row of a large import is redacted without touching what guards the others", async () => {
    const county = await withPast();
    await county.owner.query("insert into app.unit (code, name) select n::text, 'person ' || n from generate_series(1, 2300) n");
    await county.seal();
    const [{ id }] = (await county.rows<{ id: string }>("select id from app.unit where code = '1234'")) as [{ id: string }];
    await take(county, id);
    expect(await county.found()).toEqual([]);
    const [open] = await county.rows<{ leaves: number }>("select count(*)::int as leaves from xm.seal_leaf where salts is not null");
    expect(open).toEqual({ leaves: 1 });
  });
});

describe("the audit of a row", () => {
  test("says who changed what, when and through what, newest first; redacted cells say so", async () => {
    const county = await withPast();
    await county.owner.query(
      "begin; set local xm.actor = 'wang'; set local xm.origin = 'updateUnit'; update app.unit set name = 'a4' where code = 'a'; commit",
    );
    const pool = createReadPool(county.database.app, { size: 1 });
    const read = (more: object) =>
      readAudit((statements) => pool.batch(settingsOf(countyViewer), statements), { entity: unit, first: 10, ...more });
    const brief = async (more: object) =>
      (await read(more)).map(({ actor, origin, rows }) => [
        actor,
        origin,
        ...rows.map(({ operation, before, after }) => `${operation} ${before?.cells["name"]} ${after?.cells["name"]}`),
      ]);
    expect(await brief({ id: county.a })).toEqual([
      ["wang", "updateUnit", "U a3 a4"],
      [null, null, "U a2 a3"],
      ["li", null, "U a a2"],
      [null, null, "I undefined a"],
    ]);
    expect(await brief({ id: county.gone })).toEqual([
      [null, null, "D gone undefined"],
      [null, null, "I undefined gone"],
    ]);
    const [, second] = await read({ id: county.a });
    expect(await brief({ id: county.a, before: second!.cursor, first: 1 })).toEqual([["li", null, "U a a2"]]);
    expect((await brief({})).length).toBe(7);
    const [page] = await read({ first: 1 });
    expect((await brief({ before: page!.cursor })).length).toBe(6);
    await take(county, county.a);
    const [redaction, wang] = await read({ id: county.a });
    expect(redaction).toMatchObject({
      actor: "archivist",
      origin: "redaction",
      rows: [{ before: { redacted: ["name"] }, after: { redacted: [] } }],
    });
    expect(wang!.rows[0]).toMatchObject({
      before: { redacted: ["name"], cells: { name: null, code: "a" } },
      after: { redacted: ["name"] },
    });
    await pool.close();
  });

  test("of a table does not list the rows of a change that touched too many", async () => {
    const county = await withPast();
    await county.owner.query("insert into app.unit (code, name) select n::text, 'n' from generate_series(1, 2300) n");
    const pool = createReadPool(county.database.app, { size: 1 });
    const [newest, next] = await readAudit((statements) => pool.batch(settingsOf(countyViewer), statements), { entity: unit, first: 2 });
    await pool.close();
    expect(newest).toMatchObject({ whole: true, rows: [] });
    expect(next).toMatchObject({ whole: false, rows: [{ operation: "D" }] });
  });
});

describe("what the feed's retention forgot", () => {
  const forget = async (county: AuditedCounty): Promise<void> => {
    await county.owner.query("insert into xm.horizon (stamp, changes) select max(xm_from), 3 from xmh.unit");
    await county.owner.query(
      "delete from xm.change where stamp < (select stamp from xm.horizon) and position in (select position from xm.change order by position limit 3)",
    );
  };

  test("is on record, versions are guarded as before, and the audit of a row goes on without who and when", async () => {
    const county = await withPast();
    await forget(county);
    const told = async () => (await county.verify()).notices.map(({ happened }) => "below" in happened && happened.changes);
    expect(await county.verify()).toMatchObject({ findings: [], forgotten: 3 });
    expect(await told()).toEqual([3]);
    await county.seal();
    expect(await told()).toEqual([3]);
    await county.owner.query("update xmh.unit set name = 'forged' where name = 'a'");
    expect(await county.found()).toEqual([`CELL_CHANGED unit ${county.a} history name`]);
    await county.owner.query("update xmh.unit set name = 'a' where name = 'forged'");
    await county.owner.query("delete from xm.change where position in (select position from xm.change order by position limit 1)");
    expect(await county.found()).toEqual(["CHANGE_MISSING"]);
  });
});
