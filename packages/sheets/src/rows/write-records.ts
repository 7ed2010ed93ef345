import type { ClientBase } from "pg";

import { attempt, refusedOf } from "../database/rights.ts";
import { insertRows, updateRows, type WrittenRow } from "../database/write.ts";
import type { SheetPlan } from "../locate/expected.ts";
import type { ProblemCollector } from "./collect.ts";
import type { Creations } from "./lookups.ts";
import type { SheetRecord } from "./record.ts";
import { reportRefused } from "./rights.ts";

/** What an import writes. */
export interface Writing {
  readonly creations: readonly Creations[];
  readonly added: readonly SheetRecord[];
  readonly changed: readonly SheetRecord[];
}

/** Reports the rows that PostgreSQL will not let the importer write; which they are it tells only when it is tried, and nothing of that stays. */
export async function reportUnwritable(client: ClientBase, plan: SheetPlan, writing: Writing, problems: ProblemCollector): Promise<void> {
  const { added, changed } = writing;
  await client.query("savepoint xm_sheet_trial");
  if ((await attempt(client, async () => writeRecords(client, plan, writing))) !== undefined) {
    await client.query("rollback to savepoint xm_sheet_trial");
    const before = problems.count;
    const all = [...changed, ...added];
    const withoutTarget = new Set<SheetRecord>();
    for (const creations of writing.creations) {
      const why = await attempt(client, async () => create(client, creations));
      const made = new Set<unknown>(why === undefined ? [] : creations.rows.map(({ id }) => id));
      for (const record of all.filter(({ values }) => values.some((value) => made.has(value)))) {
        withoutTarget.add(record);
        reportRefused(record, why ?? "scope", plan, problems);
      }
    }
    const rest = all.filter((record) => !withoutTarget.has(record));
    const refused = await refusedOf(client, rest, async (part) => {
      const isNew = new Set(part.filter((record) => record.isNew));
      await writeRows(client, plan, { added: [...isNew], changed: part.filter((record) => !isNew.has(record)) }, true);
    });
    for (const [record, why] of refused) reportRefused(record, why, plan, problems);
    if (problems.count === before) throw new Error(`PostgreSQL refused the rows of ${plan.entity.name} together, and none alone.`);
  }
  await client.query("rollback to savepoint xm_sheet_trial");
}

async function create(client: ClientBase, { entity, rows }: Creations): Promise<void> {
  const lists = entity.columns.filter((column) => column.kind === "texts");
  const written = rows.map((row): WrittenRow => ({ id: row.id, values: [row.title, ...lists.map(() => [])] }));
  await insertRows(client, entity, [entity.title, ...lists], written);
}

/** Writes all of it; the caller's transaction makes it all or nothing. */
export async function writeRecords(client: ClientBase, plan: SheetPlan, { creations, ...rows }: Writing): Promise<void> {
  for (const one of creations) await create(client, one);
  await writeRows(client, plan, rows, false);
}

/** @param alone leaves out what refers to other rows of the file, which may not be there */
async function writeRows(
  client: ClientBase,
  plan: SheetPlan,
  { added, changed }: Omit<Writing, "creations">,
  alone: boolean,
): Promise<void> {
  const columns = plan.columns.map(({ column }) => column).filter(({ kind }) => !alone || kind !== "self");
  const lists = plan.entity.columns.filter((column) => column.kind === "texts" && !columns.includes(column));
  const places = plan.columns.flatMap(({ column }, at) => (columns.includes(column) ? [at] : []));
  const values = (record: SheetRecord): WrittenRow["values"] => places.map((at) => record.values[at] ?? null);
  await updateRows(
    client,
    plan.entity,
    columns,
    changed.map((record) => ({ id: record.id, values: values(record) })),
  );
  await insertRows(
    client,
    plan.entity,
    [...columns, ...lists],
    added.map((record) => ({ id: record.id, values: [...values(record), ...lists.map(() => [])] })),
  );
}
