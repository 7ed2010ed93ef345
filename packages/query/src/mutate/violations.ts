import { sqlState } from "@xianmai/database";
import type { Problem } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel, Model } from "@xianmai/plugin-api/model";

import type { Access } from "../run/access.ts";
import { outsideScope, referenceNotFound, stillReferenced, uniqueTaken, valueInvalid, valueRequired } from "./problems.ts";

/** What PostgreSQL says of a violated constraint. */
interface Violation {
  readonly state: string;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly constraint: string | undefined;
  /** The place in PostgreSQL that says so. */
  readonly routine: string | undefined;
}

/** Where a row is held against the policies: in any language that messages may be in. */
const POLICIES = "ExecWithCheckOptions";

/**
 * Reads a failed write as the problem that it is for the caller. Call it when the transaction is undone: it asks the catalog which columns a
 * constraint is about.
 *
 * @returns `undefined` for anything that is no fault of the caller's
 */
export async function problemOf(
  error: unknown,
  { model, entity, removes }: { readonly model: Model; readonly entity: EntityModel; readonly removes: boolean },
  access: Access,
): Promise<Problem | undefined> {
  const violation = violationIn(error);
  if (violation === undefined) return undefined;
  if (violation.state === "42501") return violation.routine === POLICIES ? outsideScope(entity) : undefined;
  const { state, constraint } = violation;
  const columns = constraint === undefined ? [] : await columnsOf(constraint, entity, access);
  const [first] = columns;
  const path = ["input", ...(first === undefined ? [] : [first.name])];
  switch (state) {
    case "23505":
      return uniqueTaken(columns, path);
    case "23503": {
      const referring = model.entities.find(({ table }) => table === violation.table);
      // the row that went away or never was, or the rows that keep this one
      if (!removes && referring === entity && first?.target !== undefined) return referenceNotFound(first.target, path, first.label.en);
      return stillReferenced(entity, referring);
    }
    case "23502": {
      const missing = entity.columns.find(({ column }) => column === violation.column);
      return missing === undefined ? undefined : valueRequired(missing, ["input", missing.name]);
    }
    case "23514":
    case "22003":
      return valueInvalid(first ?? entity, path, first?.name ?? entity.name, {
        zh: "值超出允许的范围。",
        en: "the value is outside what is allowed.",
      });
    default:
      return undefined;
  }
}

function violationIn(error: unknown): Violation | undefined {
  const state = sqlState(error) ?? stateOf(error);
  if (state === undefined || !["23505", "23503", "23502", "23514", "22003", "42501"].includes(state)) return undefined;
  const { table, column, constraint, routine } = error as Partial<Record<keyof Violation, string>>;
  return { state, table, column, constraint, routine };
}

/** MikroORM's errors carry PostgreSQL's fields themselves. */
function stateOf(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** The columns of a constraint or a unique index of an entity's table. */
async function columnsOf(name: string, entity: EntityModel, access: Access): Promise<readonly ColumnModel[]> {
  const [result] = await access.batch([
    {
      text: `select a.attname from pg_catalog.pg_attribute a
        where a.attrelid = (select c.oid from pg_catalog.pg_class c where c.relname = $1 and c.relnamespace = 'app'::regnamespace)
        and (a.attnum = any(select unnest(k.conkey) from pg_catalog.pg_constraint k where k.conname = $2 and k.conrelid = a.attrelid)
          or a.attnum = any(select unnest(i.indkey) from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid where x.relname = $2 and i.indrelid = a.attrelid))
        order by a.attnum`,
      values: [entity.table, name],
    },
  ]);
  const names = (result?.rows ?? []).map(([column]) => column);
  return entity.columns.filter(({ column }) => names.includes(column));
}
