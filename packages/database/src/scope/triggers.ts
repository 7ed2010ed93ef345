import { literal, objectName, quoted } from "../names.ts";
import type { KeptColumn, LendingSubject, LentUnit, Right, TableScope } from "./scopes.ts";

/** A trigger of a scope, with its function. */
export interface ScopeTrigger {
  readonly name: string;
  readonly table: string;
  /** `before update on %s for each row`. */
  readonly timing: string;
  /** The function in schema `xm`. */
  readonly function: string;
  /** `undefined` for a function that the platform has already. */
  readonly body: string | undefined;
  /** Whether it runs as the owner, who sees every row. */
  readonly asOwner: boolean;
}

/** The names of all triggers of scopes: whatever else of them stands on a table is to go. */
export const SCOPE_TRIGGERS: readonly string[] = ["xm_scoped", "xm_scoped_lock", "xm_scoped_lend", "xm_referenced", "xm_subject_ended"];

/** What the functions of a table's scope do: part of their names. */
const FUNCTIONS = { keep: "scoped", lend: "lent", guard: "referenced", end: "ended" } as const;

/** The functions, in schema `xm`, that the scope of a table may have. */
export function scopeFunctions(table: string): readonly string[] {
  return Object.values(FUNCTIONS).map((kind) => objectName(table, [], kind));
}

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

/**
 * Takes over what a row of one of several tables lends: null where it is everyone's. A row that is not there is refused as by a foreign key; for
 * whoever does not see every row it is nobody's, as one that is not theirs.
 */
function keepingSubjects(table: string, kept: readonly KeptColumn[], subjects: readonly LendingSubject[]): ScopeTrigger {
  const { by, type, lenders } = firstOf(subjects);
  const columns = [by, type, ...kept.map(({ name }) => name)].map(quoted).join(", ");
  const into = kept.map(({ name }) => `new.${quoted(name)}`);
  const branches = lenders.map(({ entity, table: lender }) => {
    const lent = rightsTo(lender, subjects).map(lentBy).join(", ");
    return `  when ${literal(entity)} then
    select ${lent} into ${into.join(", ")}
      from app.${quoted(lender)} p where p.id operator(pg_catalog.=) new.${quoted(by)} for key share;
    xm$found := found;`;
  });
  return {
    name: "xm_scoped",
    table,
    timing: `before insert or update of ${columns} on %s for each row`,
    function: objectName(table, [], FUNCTIONS.keep),
    asOwner: true,
    body: `
#variable_conflict use_column
declare
  xm$found boolean := false;
begin
  case new.${quoted(type)}
${branches.join("\n")}
  else
    xm$found := false;
  end case;
  if not xm$found then
    if coalesce(pg_catalog.current_setting('xm.units', true), '') operator(pg_catalog.=) '' then
${refuseReference(table, by, "several tables")}
    end if;
${into.map((column) => `    ${column} := '{}';`).join("\n")}
  end if;
  return new;
end
`,
  };
}

function firstOf(subjects: readonly LendingSubject[]): LendingSubject {
  const [first] = subjects;
  if (first === undefined) throw new Error("Nothing lends this scope.");
  return first;
}

/** What a table lends through each of some subjects. */
function rightsTo(lender: string, subjects: readonly LendingSubject[]): readonly Right[] {
  return subjects.map(({ lenders }) => lenders.find(({ table }) => table === lender)?.right ?? "everyone");
}

/** What a row `p` lends, as a list; null where it is everyone's. */
function lentBy(right: Right): string {
  if (right === "everyone") return "null::pg_catalog.uuid[]";
  const all = [
    `array[${right.units.map((unit) => `p.${quoted(unit)}`).join(", ")}]::pg_catalog.uuid[]`,
    ...right.lists.map((list) => `p.${quoted(list)}`),
  ].reduce((one, other) => `pg_catalog.array_cat(${one}, ${other})`);
  return `array(select distinct u from pg_catalog.unnest(${all}) u where u is not null order by u)`;
}

function subjectsOf(kept: readonly KeptColumn[]): readonly LendingSubject[] {
  return kept.flatMap(({ subject }) => subject ?? []);
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

/** With a row go the rows that have it for their subject. */
function ending({ table }: TableScope, scopes: readonly TableScope[]): readonly ScopeTrigger[] {
  const about = scopes.flatMap(({ table: lower, kept }) => {
    const pointers = subjectsOf(kept).filter(({ lenders }) => lenders.some((lender) => lender.table === table));
    return [...new Set(pointers.map(({ by }) => by))].map((by) => ({ table: lower, by }));
  });
  if (about.length === 0) return [];
  return [
    {
      name: "xm_subject_ended",
      table,
      timing: "after delete on %s referencing old table as o for each statement",
      function: objectName(table, [], FUNCTIONS.end),
      asOwner: true,
      body: `
begin
${about.map(({ table: lower, by }) => `  delete from app.${quoted(lower)} t using o where t.${quoted(by)} operator(pg_catalog.=) o.id;`).join("\n")}
  return null;
end
`,
    },
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

/** The trigger of the table itself finds out what its hidden columns hold: it is enough to touch one. */
function followSql(table: string, kept: readonly KeptColumn[]): string {
  const name = quoted(kept[0]?.name ?? "");
  return `update app.${quoted(table)} t set ${name} = t.${name}`;
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

/** Raises what a foreign key would. */
function refuseReference(table: string, column: string, target: string): string {
  const constraint = objectName(table, [column], "foreign");
  return `    raise exception using
      errcode = 'foreign_key_violation', schema = 'app', table = ${literal(table)}, constraint = ${literal(constraint)},
      message = ${literal(`insert or update on table "${table}" violates foreign key constraint "${constraint}"`)},
      detail = ${literal(`Key is not present in ${target}.`)};`;
}

/** The statements that install a trigger. */
export function triggerStatements({ name, table, timing, function: named, body, asOwner }: ScopeTrigger): readonly string[] {
  const on = `app.${quoted(table)}`;
  return [
    ...(body === undefined
      ? []
      : [
          `create or replace function xm.${quoted(named)}() returns trigger language plpgsql${asOwner ? " security definer" : ""} as $scope$${body}$scope$`,
        ]),
    `create or replace trigger ${name} ${timing.replace("%s", on)} execute function xm.${quoted(named)}()`,
    `alter table ${on} enable always trigger ${name}`,
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

/** Rows about rows of a plugin that is not enabled stay as they are. */
function refillSubjectsSql(table: string, kept: readonly KeptColumn[], subjects: readonly LendingSubject[]): string {
  const first = firstOf(subjects);
  const lent = first.lenders.map(({ entity, table: lender }) => {
    const rights = rightsTo(lender, subjects).map((right, at) => `${lentBy(right)} as ${quoted(kept[at]?.name ?? "")}`);
    const is = `c.${quoted(first.type)} = ${literal(entity)} and p.id = c.${quoted(first.by)}`;
    return `select ${rights.join(", ")} from app.${quoted(lender)} p where ${is}`;
  });
  const wrong = kept.map(({ name }) => `c.${quoted(name)} is distinct from l.${quoted(name)}`);
  return `${followSql(table, kept)} from app.${quoted(table)} c cross join lateral (${lent.join(" union all ")}) l where t.id = c.id and (${wrong.join(" or ")})`;
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
