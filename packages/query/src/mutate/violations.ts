import { sqlState } from "@xianmai/database";
import type { Label, Problem } from "@xianmai/plugin-api";
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
  readonly message: string;
}

/** The write that failed. */
export interface FailedWrite {
  readonly model: Model;
  readonly entity: EntityModel;
  /** Whether it was to remove the row. */
  readonly removes: boolean;
  /** The input as GraphQL read it. */
  readonly given: Readonly<Record<string, unknown>>;
}

/** What a column cannot hold: PostgreSQL says which value, not where it was to go. */
const UNHOLDABLE: readonly string[] = ["22003", "22007", "22008", "22009"];
/** A text is too long for the index that its column has. */
const TOO_LONG = "54000";
const KNOWN: readonly string[] = ["23505", "23503", "23502", "23514", "42501", TOO_LONG, ...UNHOLDABLE];

/** Where a row is held against the policies: in any language that messages may be in. */
const POLICIES = "ExecWithCheckOptions";

/**
 * Reads a failed write as the problem that it is for the caller. Call it when the transaction is undone: it asks the catalog which columns a
 * constraint is about.
 *
 * @returns `undefined` for anything that is no fault of the caller's
 */
export async function problemOf(error: unknown, write: FailedWrite, access: Access): Promise<Problem | undefined> {
  const violation = violationIn(error);
  if (violation === undefined) return undefined;
  const { model, entity, removes, given } = write;
  const { state, constraint, table, message } = violation;
  if (state === "42501") return violation.routine === POLICIES ? outsideScope(entity) : undefined;
  if (state === TOO_LONG) return valueAt(longestText(write), write, TOO_LONG_FOR_INDEX);
  if (UNHOLDABLE.includes(state)) {
    return valueAt(
      entity.columns.find(({ name }) => typeof given[name] === "string" && message.includes(`"${given[name]}"`)),
      write,
      OUT_OF_RANGE,
    );
  }
  const columns = constraint === undefined ? [] : await columnsOf(constraint, entity, access);
  // of several together, the one that whoever asks has given
  const first = columns.find(({ name }) => (given[name] ?? null) !== null) ?? columns[0];
  const path = ["input", ...(first === undefined ? [] : [first.name])];
  switch (state) {
    case "23505":
      return uniqueTaken(columns, path);
    case "23503": {
      const referring = model.entities.find((candidate) => candidate.table === table);
      // the row that went away or never was, or the rows that keep this one
      if (!removes && referring === entity && first?.target !== undefined) return referenceNotFound(first.target, path, given[first.name]);
      return stillReferenced(entity, referring);
    }
    case "23502": {
      const missing = entity.columns.find(({ column }) => column === violation.column);
      return missing === undefined ? undefined : valueRequired(missing, ["input", missing.name]);
    }
    default:
      return valueAt(first, write, OUT_OF_RANGE);
  }
}

/** Whether PostgreSQL would not remove a row because others refer to it. */
export function isStillReferenced(error: unknown): boolean {
  return (sqlState(error) ?? stateOf(error)) === "23503";
}

/** Whether PostgreSQL has given a transaction up, through no fault of its own: it waited for another that waited for it. */
export function wasGivenUp(error: unknown): boolean {
  const state = sqlState(error) ?? stateOf(error);
  return state === "40P01" || state === "40001";
}

const OUT_OF_RANGE: Label = { zh: "值超出允许的范围，请改正。", en: "the value is outside what is allowed; give another." };
const TOO_LONG_FOR_INDEX: Label = {
  zh: "文本过长：该列用于查找或须唯一，请缩短到约 800 个汉字以内。",
  en: "it is too long for a column that is searched by or unique; shorten it to about 2,500 bytes.",
};

function valueAt(column: ColumnModel | undefined, { entity, given }: FailedWrite, why: Label): Problem {
  return column === undefined
    ? valueInvalid(entity, ["input"], given, why)
    : valueInvalid(column, ["input", column.name], given[column.name] ?? null, why);
}

function longestText({ entity, given }: FailedWrite): ColumnModel | undefined {
  const length = ({ name }: ColumnModel): number => (typeof given[name] === "string" ? given[name].length : 0);
  const [longest] = entity.columns.filter(({ kind }) => kind === "text").sort((a, b) => length(b) - length(a));
  return longest === undefined || length(longest) === 0 ? undefined : longest;
}

function violationIn(error: unknown): Violation | undefined {
  const state = sqlState(error) ?? stateOf(error);
  if (state === undefined || !KNOWN.includes(state)) return undefined;
  const { table, column, constraint, routine, message = "" } = error as Partial<Record<keyof Violation, string>>;
  return { state, table, column, constraint, routine, message };
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
