import { literal, objectName, quoted } from "../names.ts";
import type { KeptColumn, LentUnit, TableScope } from "./scopes.ts";
import { ending, keepingSubjects, refillSubjectsSql, subjectsOf } from "./subjects.ts";
import { followSql, FUNCTIONS, refuseReference, type ScopeTrigger } from "./trigger.ts";

/**
 * The triggers of a table's scope.
 *
 * - `xm_scoped`: a row takes over what the rows above it lend, whenever it is made or led to another, whatever is written into the columns
 *   themselves. It locks the row above as its foreign key does: whoever wants to lend other units waits.
 * - `xm_scoped_lock`: before a row lends other units it waits for those who are just taking over the old ones.
 * - `xm_scoped_lend`: then the rows below follow, which is an ordinary change of theirs: versions, feed and all.
 * - `xm_subject_ended`: with a row goes whatever is about it.
 * - `xm_referenced`: a reference to a row that the viewer does not see fails exactly as one to a row that is not there.
 *
 * @param scopes all of the model
 */
export function scopeTriggers(scope: TableScope, scopes: readonly TableScope[]): readonly ScopeTrigger[] {
  return [...keeping(scope), ...lending(scope, scopes), ...ending(scope, scopes), ...guarding(scope)];
}

function keeping({ table, kept }: TableScope): readonly ScopeTrigger[] {
  if (kept.length === 0) return [];
  const subjects = subjectsOf(kept);
  if (subjects.length > 0) return [keepingSubjects(table, kept, subjects)];
  const pointers = pointersOf(kept);
  const columns = [...pointers.map(({ by }) => by), ...kept.map(({ name }) => name)].map(quoted).join(", ");
  const variable = new Map<LentUnit, string>();
  const reads = pointers.map(({ by, lender, lent }) => {
    const into = lent.map((unit) => {
      const name = `xm$${variable.size}`;
      variable.set(unit, name);
      return name;
    });
    const wanted = lent.map(({ column }) => `p.${quoted(column)}`).join(", ");
    return `  select ${wanted} into ${into.join(", ")}
    from app.${quoted(lender)} p where p.id operator(pg_catalog.=) new.${quoted(by)} for key share;`;
  });
  const value = (unit: LentUnit): string => variable.get([...variable.keys()].find((known) => isSame(known, unit)) ?? unit) ?? "null";
  return [
    {
      name: "xm_scoped",
      table,
      timing: `before insert or update of ${columns} on %s for each row`,
      function: objectName(table, [], FUNCTIONS.keep),
      asOwner: true,
      body: `
#variable_conflict use_column
declare
${[...variable].map(([{ isList }, name]) => `  ${name} pg_catalog.uuid${isList ? "[]" : ""};`).join("\n")}
begin
${reads.join("\n")}
${kept.map((column) => `  new.${quoted(column.name)} := ${keptValue(column, value)};`).join("\n")}
  return new;
end
`,
    },
  ];
}

/** The columns that point at lenders, each with what is taken over through it. */
function pointersOf(kept: readonly KeptColumn[]): readonly {
  readonly by: string;
  readonly lender: string;
  readonly lent: readonly LentUnit[];
}[] {
  const all = kept.flatMap(({ from }) => from);
  const lent = all.filter((unit, at) => all.findIndex((other) => isSame(other, unit)) === at);
  return [...Map.groupBy(lent, ({ by }) => by)].map(([by, units]) => ({ by, lender: units[0]?.lender ?? "", lent: units }));
}

function isSame(one: LentUnit, other: LentUnit): boolean {
  return one.by === other.by && one.column === other.column;
}

/** What a hidden column holds. @param value how a column of a row above is named where the expression stands */
function keptValue({ isList, from }: KeptColumn, value: (unit: LentUnit) => string): string {
  const [first] = from;
  if (!isList) return first === undefined ? "null" : value(first);
  const units = from.filter((unit) => !unit.isList).map(value);
  const lists = from.filter((unit) => unit.isList).map(value);
  const all = [`array[${units.join(", ")}]::pg_catalog.uuid[]`, ...lists].reduce((one, other) => `pg_catalog.array_cat(${one}, ${other})`);
  return `array(select distinct u from pg_catalog.unnest(${all}) u where u is not null order by u)`;
}

function lending({ table, read, write }: TableScope, scopes: readonly TableScope[]): readonly ScopeTrigger[] {
  const below = scopes
    .map(({ table: lower, kept }) => ({ table: lower, kept, pointers: pointersTo(table, kept) }))
    .filter(({ pointers }) => pointers.length > 0);
  if (below.length === 0) return [];
  const lent = new Set(below.flatMap(({ pointers }) => pointers.flatMap((pointer) => pointer.lent)));
  const columns = [read, write].flatMap((right) => (right === "everyone" ? [] : [...right.units, ...right.lists]));
  const changed = [...new Set(columns)]
    .filter((column) => lent.has(column))
    .map((column) => `old.${quoted(column)} is distinct from new.${quoted(column)}`)
    .join(" or ");
  if (changed === "") return [];
  return [
    {
      name: "xm_scoped_lock",
      table,
      timing: `before update on %s for each row when (${changed})`,
      function: "lock_lender",
      asOwner: true,
      body: undefined,
    },
    {
      name: "xm_scoped_lend",
      table,
      timing: `after update on %s for each row when (${changed})`,
      function: objectName(table, [], FUNCTIONS.lend),
      asOwner: true,
      body: `
begin
${below.map(followAll).join("\n")}
  return null;
end
`,
    },
  ];
}

/** The columns by which rows point at rows of a table, each with the columns that those lend. */
function pointersTo(table: string, kept: readonly KeptColumn[]): readonly { readonly by: string; readonly lent: readonly string[] }[] {
  const units = pointersOf(kept).filter(({ lender }) => lender === table);
  return [
    ...units.map(({ by, lent }) => ({ by, lent: lent.map(({ column }) => column) })),
    ...subjectsOf(kept).flatMap(({ by, lenders }) =>
      lenders
        .filter((lender) => lender.table === table)
        .map(({ right }) => ({ by, lent: right === "everyone" ? [] : [...right.units, ...right.lists] })),
    ),
  ];
}

function followAll({
  table,
  kept,
  pointers,
}: Pick<TableScope, "table" | "kept"> & { readonly pointers: readonly { readonly by: string }[] }): string {
  const points = pointers.map(({ by }) => `t.${quoted(by)} operator(pg_catalog.=) new.id`).join(" or ");
  return `  ${followSql(table, kept)} where ${points};`;
}

function guarding({ table, guarded, kept }: TableScope): readonly ScopeTrigger[] {
  const [subject] = subjectsOf(kept);
  if (guarded.length === 0 && subject === undefined) return [];
  const isSeen = (target: string, by: string): string =>
    `exists (select from app.${quoted(target)} p where p.id operator(pg_catalog.=) new.${quoted(by)})`;
  const check = (by: string, target: string, seen: string): string => {
    const name = quoted(by);
    return `  if new.${name} is not null and (tg_op = 'INSERT' or new.${name} is distinct from old.${name})
    and not ${seen} then
${refuseReference(table, by, target)}
  end if;`;
  };
  const checks = guarded.map(({ column, table: target }) => check(column, `table "${target}"`, isSeen(target, column)));
  if (subject !== undefined) {
    const { by, type, lenders } = subject;
    const branches = lenders.map(({ entity, table: target }) => `when ${literal(entity)} then ${isSeen(target, by)}`);
    checks.push(check(by, "several tables", `(case new.${quoted(type)} ${branches.join(" ")} else false end)`));
  }
  const columns = [...guarded.map(({ column }) => column), ...(subject === undefined ? [] : [subject.by])];
  return [
    {
      name: "xm_referenced",
      table,
      // after the statement, whose rows may point at each other; of no cost to whoever sees every row
      timing: `after insert or update of ${columns.map(quoted).join(", ")} on %s for each row when (pg_catalog.current_setting('xm.units', true) <> '')`,
      function: objectName(table, [], FUNCTIONS.guard),
      asOwner: false,
      body: `
begin
${checks.join("\n")}
  return null;
end
`,
    },
  ];
}

/** Puts right whatever rows do not hold what is lent to them. */
export function refillSql({ table, kept }: TableScope): string {
  const subjects = subjectsOf(kept);
  if (subjects.length > 0) return refillSubjectsSql(table, kept, subjects);
  const pointers = pointersOf(kept);
  const alias = (by: string): string => `p${pointers.findIndex((pointer) => pointer.by === by)}`;
  const value = ({ by, column }: LentUnit): string => `${alias(by)}.${quoted(column)}`;
  const joins = pointers.map(({ by, lender }) => `left join app.${quoted(lender)} ${alias(by)} on ${alias(by)}.id = c.${quoted(by)}`);
  const wrong = kept.map((column) => `c.${quoted(column.name)} is distinct from ${keptValue(column, value)}`);
  return `${followSql(table, kept)} from app.${quoted(table)} c ${joins.join(" ")} where t.id = c.id and (${wrong.join(" or ")})`;
}

/** The hidden columns of a table, as `alter table … add column` takes them. */
export function keptColumnSql({ name, isList }: KeptColumn): string {
  return `${quoted(name)} ${isList ? "uuid[]" : "uuid"}`;
}

/** The index that finds a scope's rows by a hidden column. */
export function keptIndex(table: string, { name, isList }: KeptColumn): { readonly name: string; readonly sql: string } {
  const index = objectName(table, [name], "index");
  const on = `app.${quoted(table)}`;
  return { name: index, sql: `create index ${quoted(index)} on ${on} ${isList ? "using gin " : ""}(${quoted(name)})` };
}
