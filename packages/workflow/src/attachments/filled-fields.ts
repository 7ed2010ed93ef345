import type { Id, ReadContext } from "@xianmai/plugin-api";
import type { FilesModel } from "@xianmai/plugin-api/model";
import type { Kysely } from "kysely";

/** The table of files, whatever it is called. */
type FileTables = Readonly<Record<string, { readonly subject: Id<string>; readonly field: string }>>;

/** Which fields of files of some rows hold any, by the rows' ids; nothing is read where none is asked for. */
export async function filledFields(
  context: ReadContext,
  files: readonly FilesModel[],
  rows: readonly { readonly id: Id<string> }[],
): Promise<ReadonlyMap<Id<string>, ReadonlySet<string>>> {
  const filled = new Map<Id<string>, Set<string>>();
  const [first] = files;
  if (first?.inverse.only === undefined || rows.length === 0) return filled;
  const { entity, column, only } = first.inverse;
  const db = context.db(entity.entity) as unknown as Kysely<FileTables>;
  // names that the query is written with; those of the columns are the model's
  const [subject, field] = [column.column as "subject", only.column.column as "field"];
  const found = await db
    .selectFrom(entity.table)
    .select([`${subject} as subject`, `${field} as field`])
    .distinct()
    .where(subject, "=", (eb) => eb.fn.any(eb.val(rows.map(({ id }) => id))))
    .where(field, "in", [...new Set(files.map(({ name }) => name))])
    .execute();
  for (const row of found) filled.set(row.subject, (filled.get(row.subject) ?? new Set()).add(row.field));
  return filled;
}
