import { scopesOf } from "@xianmai/database";
import { columnOf, type ColumnModel, type EntityModel, type Model } from "@xianmai/plugin-api/model";

/** Whom a row concerns. */
export interface Concerned {
  /** SQL that gives rows `(nth, unit, official)` for the row `t` of the entity's table, and the level `h.level`. */
  readonly sql: string;
  /** The tables beside the entity's own that it looks at. */
  readonly looksAt: readonly string[];
}

/** The units and people of a model that has both. */
export interface Offices {
  readonly units: NonNullable<Model["units"]>;
  readonly people: NonNullable<Model["people"]>;
}

/** Where a concern leads, and by which columns; `undefined` where it leads to no unit or official. */
export interface ConcernPath {
  readonly column: ColumnModel;
  /** The column of the row that `column` refers to; none where `column` itself leads there. */
  readonly through: ColumnModel | undefined;
  readonly to: "unit" | "official";
}

/** Reads a concern: `leader`, `project.leader`. */
export function concernPath({ units, people }: Offices, entity: EntityModel, concern: string): ConcernPath | undefined {
  const [first = "", second, ...more] = concern.split(".");
  const column = entity.columns.find(({ name }) => name === first);
  const through = second === undefined ? undefined : column?.target?.columns.find(({ name }) => name === second);
  const target = second === undefined ? column?.target : through?.target;
  if (column === undefined || more.length > 0 || (target !== units.entity && target !== people.entity)) return undefined;
  return { column, through, to: target === units.entity ? "unit" : "official" };
}

/** The column by which people refer to their unit: the first that refers to a unit. */
export function unitOfPeople({ units, people }: Offices): ColumnModel | undefined {
  return people.entity.columns.find(({ target }) => target === units.entity);
}

/** Whom a declared alert concerns: the units and officials that it names, officials with their unit. */
export function concernedBy(offices: Offices, paths: readonly ConcernPath[]): Concerned {
  const people = `app."${offices.people.entity.table}"`;
  const own = unitOfPeople(offices);
  const pieces = paths.map(({ column, through, to }, nth) => {
    const above = through === undefined ? undefined : `app."${column.target?.table ?? ""}" r`;
    const pointer = through === undefined ? `t."${column.column}"` : `r."${through.column}"`;
    const joined = above === undefined ? [] : [above];
    const isOf = above === undefined ? [] : [`r.id = t."${column.column}"`];
    const [unit, official] = to === "unit" ? [pointer, "null::uuid"] : [`o."${own?.column ?? "id"}"`, pointer];
    const from = [...joined, ...(to === "unit" ? [] : [`${people} o`])];
    const where = [...isOf, ...(to === "unit" ? [] : [`o.id = ${pointer}`])];
    return [
      `select ${nth}, ${unit}, ${official}`,
      from.length === 0 ? "" : ` from ${from.join(", ")}`,
      where.length === 0 ? "" : ` where ${where.join(" and ")}`,
    ].join("");
  });
  const tables = paths.flatMap(({ column, through, to }) => [
    ...(through === undefined ? [] : [column.target?.table ?? ""]),
    ...(to === "unit" ? [] : [offices.people.entity.table]),
  ]);
  return {
    sql: pieces.length === 0 ? "select 0, null::uuid, null::uuid where false" : pieces.join(" union all "),
    looksAt: [...new Set(tables)],
  };
}

/**
 * Whom the clock of a row concerns: the unit that its scope for writing names first, and at each further level the unit above. What is everyone's
 * concerns no unit; what has its scope from rows of several kinds concerns all units that it has from there.
 */
export function concernedByClock(model: Model, offices: Offices, entity: EntityModel): Concerned {
  const write = scopesOf(model).find(({ table }) => table === entity.table)?.write;
  const [unit, list] = write === undefined || write === "everyone" ? [] : [write.units[0], write.lists[0]];
  const { tree, entity: units } = offices.units;
  if (unit === undefined && list === undefined) return concernedBy(offices, []);
  const base =
    unit === undefined ? `select u.n::int, u.id from unnest(t."${list ?? ""}") with ordinality u(id, n)` : `select 0, t."${unit}"`;
  const parent = `p."${columnOf(units, tree.parent).column}"`;
  return {
    sql: `with recursive up(nth, unit, n) as (
      select b.nth, b.unit, 0 from (${base}) b(nth, unit)
      union all
      select up.nth, ${parent}, up.n + 1 from up join app."${units.table}" p on p.id = up.unit where up.n < h.level and ${parent} is not null
    ) select up.nth, up.unit, null::uuid from up where up.n = h.level`,
    looksAt: [units.table],
  };
}
