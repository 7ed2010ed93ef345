import { isDeepStrictEqual } from "node:util";

import { createReadPool, settingsOf, versionsOf, type Change, type ReadPool, type VersionCells } from "@xianmai/database";
import type { ConnectionSettings } from "@xianmai/database/postgres";
import { countyViewer } from "@xianmai/plugin-api";
import type { EntityModel } from "@xianmai/plugin-api/model";

/** What somebody knows who has read the feed and nothing else. */
export class Mirror {
  readonly rows = new Map<string, VersionCells>();
  readonly #seen = new Set<bigint>();
  readonly #entities: readonly EntityModel[];

  constructor(entities: readonly EntityModel[]) {
    this.#entities = entities;
  }

  /**
   * Applies a batch, or nothing of it where the database does not answer; every row must be, before each transaction, what the one before it
   * had left.
   */
  async apply(pool: ReadPool, changes: readonly Change[]): Promise<void> {
    const stamps = [...Map.groupBy(changes, ({ stamp }) => stamp)];
    const requests = stamps.flatMap(([stamp, all]) =>
      this.#entities.map((entity) => ({ stamp, entity, keys: keysOf(all, entity), columns: entity.columns })),
    );
    const versions = await versionsOf((statements) => pool.batch(settingsOf(countyViewer), statements), requests);
    for (const { position } of changes) {
      if (this.#seen.has(position)) throw new Mistold(`Position ${position} came twice.`);
      this.#seen.add(position);
    }
    for (const [at, { entity }] of requests.entries()) {
      for (const [id, { before, after }] of versions[at] ?? []) {
        const name = `${entity.table} ${id}`;
        if (!isDeepStrictEqual(this.rows.get(name), before)) throw new Mistold(`${name} was not what the feed had said.`);
        if (after === undefined) this.rows.delete(name);
        else this.rows.set(name, after);
      }
    }
  }
}

/** The feed has said something that was not so. */
export class Mistold extends Error {
  override readonly name = "Mistold";
}

function keysOf(changes: readonly Change[], entity: EntityModel): readonly string[] | null {
  const own = changes.filter(({ table }) => table === entity.table);
  return own.some(({ keys }) => keys === null) ? null : own.flatMap(({ keys }) => keys ?? []);
}

/** The rows as they are, as a mirror would have them. */
export async function present(app: ConnectionSettings, entities: readonly EntityModel[]): Promise<ReadonlyMap<string, VersionCells>> {
  const rows = new Map<string, VersionCells>();
  const pool = createReadPool(app, { size: 1 });
  for (const entity of entities) {
    const names = entity.columns.map(({ column }) => `"${column}"`).join(", ");
    const [result] = await pool.batch(settingsOf(countyViewer), [{ text: `select id, ${names} from ${entity.table}`, values: [] }]);
    for (const [id, ...cells] of result!.rows) {
      rows.set(`${entity.table} ${id}`, Object.fromEntries(entity.columns.map(({ rowKey }, at) => [rowKey, cells[at] ?? null])));
    }
  }
  await pool.close();
  return rows;
}
