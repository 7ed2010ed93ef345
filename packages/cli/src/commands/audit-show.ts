import { createReadPool, migrate, readAudit, settingsOf, type AuditTransaction, type ReadPool } from "@xianmai/database";
import { countyViewer } from "@xianmai/plugin-api";
import type { EntityModel, Model } from "@xianmai/plugin-api/model";

import { entityNamed, rowsNamed } from "../audit/find.ts";
import { historyText } from "../audit/history-text.ts";
import { namesOf, readRowNames, withPeople, type Names } from "../audit/names.ts";
import { localTime } from "../audit/time.ts";
import { exitCode } from "../exit-code.ts";
import { composeFrom, readSettings, withDatabase, type Flags } from "../platform.ts";
import type { Terminal } from "../terminal.ts";

const mostShown = 1000;

/**
 * `xianmai audit show <entity> <key>`: who changed a row, when, and from what to what.
 *
 * @throws Refusal ENTITY_UNKNOWN, ROW_UNKNOWN, and those of `migrate`
 */
export async function showRow(terminal: Terminal, name: string, word: string, flags: Flags): Promise<number> {
  const settings = await readSettings(flags);
  const { model } = await composeFrom(settings);
  const entity = entityNamed(model, name);
  const time = localTime(settings.timeZone);
  const text = await withDatabase(terminal, settings, async ({ postgres, log }) => {
    await migrate({ owner: postgres.owner, model, log });
    const pool = createReadPool(postgres.app, { size: 1 });
    // times within rows are shown as people of the county read them
    const asked = { ...settingsOf(countyViewer), timeZone: settings.timeZone };
    try {
      const parts: string[] = [];
      for (const id of await rowsNamed(pool, entity, word)) {
        const transactions = await readAudit((statements) => pool.batch(asked, statements), { entity, id, first: mostShown });
        parts.push(historyText(entity, id, transactions, await namesIn(pool, model, entity, id, transactions), time));
      }
      return parts.join("\n");
    } finally {
      await pool.close();
    }
  });
  terminal.out(text);
  return exitCode.done;
}

/** The names of the row, of those who acted, and of the rows that it points at, or did. */
async function namesIn(
  pool: ReadPool,
  model: Model,
  entity: EntityModel,
  id: string,
  transactions: readonly AuditTransaction[],
): Promise<Names> {
  const versions = transactions.flatMap(({ rows }) => rows.flatMap(({ before, after }) => [before, after]));
  const pointed = entity.columns.flatMap(({ target, rowKey }) =>
    target === undefined ? [] : versions.map((version) => ({ table: target.table, id: version?.cells[rowKey] ?? "" })),
  );
  const rows = [{ table: entity.table, id }, ...pointed.filter((row) => row.id !== "")];
  const wanted = new Map([...Map.groupBy(rows, ({ table }) => table)].map(([table, own]) => [table, own.map((row) => row.id)]));
  const actors = transactions.map(({ actor }) => actor);
  return namesOf(model, await readRowNames(pool, model, withPeople(model, wanted, actors)));
}
