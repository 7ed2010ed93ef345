import type { Id, ReadContext } from "@xianmai/plugin-api";
import type { FilesModel } from "@xianmai/plugin-api/model";
import { sql } from "kysely";

/** Which fields of files of some rows hold any, by the rows' ids; nothing is read where none is asked for. */
export async function filledFields(
  { db }: ReadContext,
  files: readonly FilesModel[],
  rows: readonly { readonly id: Id<string> }[],
): Promise<ReadonlyMap<Id<string>, ReadonlySet<string>>> {
  const filled = new Map<Id<string>, Set<string>>();
  const [first] = files;
  if (first === undefined || rows.length === 0) return filled;
  const { entity, column, only } = first.inverse;
  const [table, subject, field] = [sql.table(entity.table), sql.ref(column.column), sql.ref(only?.column.column ?? "")];
  const found = await sql<{ subject: Id<string>; field: string }>`
    select distinct ${subject} as subject, ${field} as field from ${table}
    where ${subject} = any(${rows.map(({ id }) => id)}) and ${field} = any(${[...new Set(files.map(({ name }) => name))]})
  `.execute(db(entity.entity));
  for (const { subject: id, field: name } of found.rows) filled.set(id, (filled.get(id) ?? new Set()).add(name));
  return filled;
}
