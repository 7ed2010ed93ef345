import assert from "node:assert/strict";

import fc from "fast-check";
import type { Client } from "pg";
import { expect, test } from "vitest";

import {
  createReadPool,
  createWritePool,
  settingsOf,
  sqlState,
  versionsOf,
  type ReadPool,
  type Settings,
  type WritePool,
} from "@xianmai/database";
import { viewerOf, type Role } from "@xianmai/plugin-api";
import { entityOf } from "@xianmai/plugin-api/model";

import { openCounty } from "../county.ts";
import { key } from "../sample.ts";
import { readAll, TABLES, theirs, unitsUnder, whose, type Row, type Rows, type TableName, type Whose } from "./oracle.ts";
import { ENTITIES, scopeModel } from "./sample.ts";

/** One statement of the owner's. `row` and `other` choose among the rows that are there. */
interface Act {
  readonly kind: "insert" | "lead" | "move" | "delete" | "note" | "swap";
  readonly table: TableName;
  readonly row: number;
  readonly other: number;
}

/** What a viewer has: units by their numbers. */
interface Asker {
  readonly role: Role;
  readonly units: readonly number[];
}

const UNITS = 7;

const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom("insert", "insert", "insert", "lead", "lead", "move", "move", "delete", "note", "swap"),
  table: fc.constantFrom(...TABLES),
  row: fc.nat(1000),
  other: fc.nat(1000),
});

/** What every county begins with: some rows of each table. */
const beginning: fc.Arbitrary<readonly Act[]> = fc
  .array(fc.nat(1000), { minLength: 40, maxLength: 40 })
  .map((numbers) =>
    numbers.map((other, at): Act => ({ kind: "insert", table: TABLES[1 + Math.floor((at * (TABLES.length - 1)) / 40)]!, row: 0, other })),
  );

const story = fc.tuple(beginning, fc.array(act, { minLength: 8, maxLength: 30 }));

const asker: fc.Arbitrary<Asker> = fc.record({
  role: fc.constantFrom("county", "department", "township", "statistics", "guest"),
  units: fc.uniqueArray(fc.nat(UNITS - 1), { maxLength: 3 }),
});

/** The references of each table, and where they lead. */
const REFERENCES: Readonly<Record<TableName, Readonly<Record<string, TableName>>>> = {
  unit: { parent_id: "unit" },
  project: { responsible_id: "unit", township_id: "unit", parent_id: "project" },
  report: { project_id: "project" },
  remark: { report_id: "report" },
  loan: { from_id: "project", to_id: "project", broker_id: "unit" },
  payment: { loan_id: "loan" },
  review: { project_id: "project", office_id: "unit" },
  notice: { unit_id: "unit" },
  reply: { notice_id: "notice" },
  holiday: {},
  mark: {},
};

/** What a mark may be about. */
const MARKED = ["project", "report", "loan", "review", "notice", "holiday"] as const satisfies readonly TableName[];
const OPTIONAL: readonly string[] = ["parent_id", "township_id", "to_id", "broker_id"];

/** A county that acts are done to, and what has been of it. */
class Scene {
  readonly owner: Client;
  readonly reads: ReadPool;
  readonly writes: WritePool;
  /** Whose each version was, by table, key and stamp; a version's units never change while it lasts. */
  readonly versions = new Map<string, { readonly read: Whose; readonly write: Whose }>();
  rows: Rows;

  constructor(owner: Client, reads: ReadPool, writes: WritePool, rows: Rows) {
    this.owner = owner;
    this.reads = reads;
    this.writes = writes;
    this.rows = rows;
  }

  /** Sees what has become of the rows. */
  async look(): Promise<void> {
    this.rows = await readAll(this.owner);
    for (const table of TABLES) {
      for (const [id, row] of this.rows[table]) {
        const now = { read: whose(this.rows, table, row, "read"), write: whose(this.rows, table, row, "write") };
        const name = `${table} ${id} ${row["xm_from"]}`;
        const then = this.versions.get(name);
        if (then !== undefined) assert.deepEqual(plain(now), plain(then), "A version is somebody else's than it was.");
        this.versions.set(name, now);
      }
    }
  }

  pick(table: TableName, at: number): string | null {
    const keys = [...this.rows[table].keys()].toSorted();
    return keys[at % keys.length] ?? null;
  }

  /** A row that a mark may be about; null where its table is empty. */
  subject(at: number): { readonly type: string; readonly table: TableName; readonly subject: string | null } {
    const table = MARKED[at % MARKED.length] ?? "project";
    return { type: `${table.slice(0, 1).toUpperCase()}${table.slice(1)}`, table, subject: this.pick(table, at) };
  }

  /** @throws whatever PostgreSQL says */
  async act({ kind, table, row, other }: Act): Promise<void> {
    const references = Object.entries(REFERENCES[table]);
    const target = (column: string, to: TableName, at: number): string | null =>
      OPTIONAL.includes(column) && at % 4 === 0 ? null : this.pick(to, at);
    const id = this.pick(table, row);
    switch (kind) {
      case "insert": {
        if (table === "unit") return;
        if (table === "mark") {
          const { type, subject } = this.subject(other);
          await this.owner.query("insert into app.mark (note, subject_type, subject_id) values ($1, $2, $3)", [key(), type, subject]);
          return;
        }
        const names = ["project"].includes(table) ? "code" : "note";
        await this.owner.query(
          `insert into app.${table} (${[names, ...references.map(([column]) => column)].join(", ")})
           values ($1${references.map((_, at) => `, $${at + 2}`).join("")})`,
          [key(), ...references.map(([column, to], at) => target(column, to, other + at))],
        );
        return;
      }
      case "lead":
      case "move": {
        if (table === "mark") {
          const { type, subject } = this.subject(other);
          const which = kind === "lead" ? "id = $3" : "id > $3";
          await this.owner.query(`update app.mark set subject_type = $1, subject_id = $2 where ${which}`, [type, subject, id]);
          return;
        }
        const [column, to] = references[row % Math.max(references.length, 1)] ?? [];
        if (column === undefined || to === undefined) return;
        const where = kind === "lead" ? "id = $2" : "id > $2";
        await this.owner.query(`update app.${table} set ${column} = $1 where ${where}`, [target(column, to, other), id]);
        return;
      }
      case "swap":
        await this.owner.query(
          "update app.project set responsible_id = township_id, township_id = responsible_id where township_id is not null",
        );
        return;
      case "delete":
        await this.owner.query(`delete from app.${table} where id = $1`, [id]);
        return;
      case "note":
        await this.owner.query(
          `update app.${table} set ${table === "unit" || table === "project" ? "code = code" : "note = 'x'"} where id = $1`,
          [id],
        );
    }
  }
}

function plain({ read, write }: { readonly read: Whose; readonly write: Whose }): unknown {
  return [read, write].map((one) => (one === "everyone" ? one : [...one].toSorted()));
}

/** Tells a story, and then asks something of what has become of it. */
async function afterwards(
  [beginnings, acts]: readonly [readonly Act[], readonly Act[]],
  ask: (scene: Scene) => Promise<void>,
): Promise<void> {
  const { owner, database } = await openCounty("scopes", scopeModel);
  const reads = createReadPool(database.app, { size: 1 });
  const writes = createWritePool(database.app, { size: 1 });
  try {
    for (let at = 0; at < UNITS; at += 1) {
      await owner.query("insert into app.unit (code, parent_id) select $1, (select id from app.unit where code = $2)", [
        String(at),
        String(Math.floor((at - 1) / 2)),
      ]);
    }
    const scene = new Scene(owner, reads, writes, await readAll(owner));
    for (const table of TABLES) {
      for (const one of beginnings) if (one.table === table) await scene.act(one);
      await scene.look();
    }
    for (const one of acts) {
      await scene.act(one).catch((error: unknown) => {
        // a row that others point at, a reference to nothing: what any database refuses
        if (!["23503", "23502"].includes(sqlState(error) ?? "")) throw error;
      });
      await scene.look();
    }
    await ask(scene);
  } finally {
    await Promise.all([reads.close(), writes.close(), owner.end()]);
    await database.drop();
  }
}

function settingsFor({ role, units }: Asker): Settings {
  return settingsOf(viewerOf([], { role, units: units.map(String) }));
}

/** What an asker may see and change, by the oracle. */
function rightsOf(
  scene: Scene,
  { role, units }: Asker,
): { readonly sees: (of: Whose) => boolean; readonly writes: (of: Whose) => boolean } {
  const own = unitsUnder(scene.rows, units.map(String));
  const sees = (of: Whose): boolean => role === "county" || theirs(own, of);
  return { sees, writes: (of) => role !== "guest" && sees(of) };
}

test("a viewer sees and changes exactly what the declared units give, whatever was moved before: rows, counts, history, references", async () => {
  await fc.assert(
    fc.asyncProperty(story, fc.array(asker, { minLength: 2, maxLength: 5 }), async (told, askers) =>
      afterwards(told, async (scene) => {
        for (const one of askers) await compare(scene, one);
      }),
    ),
    { numRuns: 12 },
  );
}, 60_000);

async function compare(scene: Scene, one: Asker): Promise<void> {
  const settings = settingsFor(one);
  const { sees, writes } = rightsOf(scene, one);
  for (const table of TABLES) {
    const all = [...scene.rows[table]];
    const visible = all.filter(([, row]) => sees(whose(scene.rows, table, row, "read"))).map(([id]) => id);
    const [ids, count, history, lookups] = await scene.reads.batch(settings, [
      { text: `select id from ${table}`, values: [] },
      { text: `select count(*), count(distinct id) from ${table}`, values: [] },
      { text: `select id, xm_from from xmh.${table} where xm_from <> xm_to`, values: [] },
      { text: `select id from ${table} where id = any($1)`, values: [`{${[...all.map(([id]) => id), key()].join(",")}}`] },
    ]);
    const found = (ids?.rows ?? []).map(([id]) => id ?? "");
    expect(found.toSorted()).toEqual(visible.toSorted());
    expect((lookups?.rows ?? []).map(([id]) => id ?? "").toSorted()).toEqual(visible.toSorted());
    expect(count?.rows).toEqual([[String(visible.length), String(visible.length)]]);
    const past = [...scene.versions].filter(([name, { read }]) => name.startsWith(`${table} `) && sees(read)).map(([name]) => name);
    const current = new Set(all.map(([id, row]) => `${table} ${id} ${row["xm_from"]}`));
    expect((history?.rows ?? []).map(([id, from]) => `${table} ${id} ${from}`).toSorted()).toEqual(
      past.filter((name) => !current.has(name)).toSorted(),
    );
    const changeable = all.filter(
      ([, row]) => sees(whose(scene.rows, table, row, "read")) && writes(whose(scene.rows, table, row, "write")),
    );
    expect((await changed(scene, settings, table)).toSorted()).toEqual(changeable.map(([id]) => id).toSorted());
  }
}

/** The rows that a viewer can change; nothing of it is kept. */
async function changed(scene: Scene, settings: Settings, table: TableName): Promise<readonly string[]> {
  const column = table === "unit" || table === "project" ? "code" : "note";
  let touched: readonly string[] = [];
  await scene.writes
    .use((connection) =>
      connection.transaction(settings, async (client) => {
        const { rows } = await client.query<{ id: string }>(`update ${table} set ${column} = ${column} returning id`);
        const locked = await client.query<{ id: string }>(`select id from ${table} for update`);
        touched = rows.map(({ id }) => id);
        expect(locked.rows.map(({ id }) => id).toSorted()).toEqual(touched.toSorted());
        throw new Undo();
      }),
    )
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
  return touched;
}

class Undo extends Error {}

test("both versions of a change are seen exactly by those who may see each of them", async () => {
  await fc.assert(
    fc.asyncProperty(story, fc.array(asker, { minLength: 2, maxLength: 4 }), async (told, askers) =>
      afterwards(told, async (scene) => {
        const { rows } = await scene.owner.query<{ stamp: string; table: TableName }>(
          "select distinct c.stamp, t.name as table from xm.change c join xm.tbl t on t.id = c.tbl",
        );
        const entities = new Map(ENTITIES.map(({ definition: { name } }) => [name.toLowerCase(), entityOf(scopeModel, name)]));
        const requests = rows.map(({ stamp, table }) => ({ stamp: BigInt(stamp), entity: entities.get(table)!, keys: null, columns: [] }));
        for (const one of askers) {
          const { sees } = rightsOf(scene, one);
          const found = await versionsOf((statements) => scene.reads.batch(settingsFor(one), statements), requests);
          const begun = requests.flatMap(({ stamp, entity }, at) =>
            [...(found[at] ?? [])].flatMap(([id, { after }]) => (after === undefined ? [] : [`${entity.table} ${id} ${stamp}`])),
          );
          const visible = [...scene.versions].flatMap(([name, { read }]) => (sees(read) ? [name] : []));
          expect([...new Set(begun)].toSorted()).toEqual(visible.toSorted());
        }
      }),
    ),
    { numRuns: 6 },
  );
}, 60_000);

// twice as often those that are read and written by others
const attempts = fc.array(
  fc.record({ table: fc.constantFrom(...TABLES, "review", "notice", "review"), at: fc.nat(1000), updates: fc.boolean() }),
  {
    minLength: 20,
    maxLength: 40,
  },
);

test("what a viewer writes stays theirs, and what it refers to is something that they see; neither tells what else is there", async () => {
  await fc.assert(
    fc.asyncProperty(story, asker, attempts, async (told, one, tried) =>
      afterwards(told, async (scene) => {
        for (const { table, at, updates } of tried) await attempt(scene, one, table, at, updates);
      }),
    ),
    { numRuns: 20 },
  );
}, 60_000);

async function attempt(scene: Scene, one: Asker, table: TableName, at: number, updates: boolean): Promise<void> {
  const { sees, writes } = rightsOf(scene, one);
  const { type, table: marked, subject } = scene.subject(at);
  // what a mark is about is of a table that another column names
  const references: readonly [string, TableName][] = table === "mark" ? [["subject_id", marked]] : Object.entries(REFERENCES[table]);
  const id = updates ? scene.pick(table, at) : key();
  if (id === null || table === "unit") return;
  const text = table === "project" ? "code" : "note";
  const values: Record<string, string | null> = Object.fromEntries(
    references.map(([column, to], place) => [
      column,
      at % 7 === place ? key() : table === "mark" ? subject : scene.pick(to, at + place * 3),
    ]),
  );
  if (table === "mark") values["subject_type"] = type;
  const old = scene.rows[table].get(id);
  const fresh: Row = { ...values, id };
  const run = (client: Pick<Client, "query">) =>
    updates
      ? client.query(
          `update ${table} set ${[text, ...Object.keys(values)].map((column, place) => `${column} = $${place + 2}`).join(", ")} where id = $1`,
          [id, key(), ...Object.values(values)],
        )
      : client.query(
          `insert into ${table} (${["id", text, ...Object.keys(values)].join(", ")}) values ($1, $2${Object.keys(values)
            .map((_, place) => `, $${place + 3}`)
            .join("")})`,
          [id, key(), ...Object.values(values)],
        );
  const isVisible = (to: TableName, target: string | null): boolean => {
    const row = target === null ? undefined : scene.rows[to].get(target);
    return target === null ? true : row !== undefined && sees(whose(scene.rows, to, row, "read"));
  };
  const unchanged = (column: string): boolean => updates && old?.[column] === values[column];
  const refersWell = references.every(
    ([column, to]) => isVisible(to, values[column] ?? null) || (unchanged(column) && values[column] !== undefined),
  );
  const isComplete = references.every(([column]) => values[column] !== null || OPTIONAL.includes(column));
  const staysTheirs = writes(whose(scene.rows, table, fresh, "write")) && (!updates || sees(whose(scene.rows, table, fresh, "read")));
  const isTheirs = old !== undefined && sees(whose(scene.rows, table, old, "read")) && writes(whose(scene.rows, table, old, "write"));
  let outcome: number | string = "";
  await scene.writes
    .use((connection) =>
      connection.transaction(settingsFor(one), async (client) => {
        outcome = (await run(client as Client)).rowCount ?? 0;
        throw new Undo();
      }),
    )
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) outcome = sqlState(error) ?? String(error);
    });
  const allowed: readonly (string | number)[] =
    updates && !isTheirs ? [0] : !isComplete ? ["23502", "42501"] : !staysTheirs ? ["42501", "23503"] : refersWell ? [1] : ["23503"];
  expect(allowed).toContain(outcome);
}
