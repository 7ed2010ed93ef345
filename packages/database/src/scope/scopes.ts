import { Refusal, type Scope } from "@xianmai/plugin-api";
import type { EntityModel, Model, SubjectModel } from "@xianmai/plugin-api/model";

/** Whose rows: a viewer's who has one of the units in these columns. */
export interface UnitColumns {
  /** Columns that hold a unit. */
  readonly units: readonly string[];
  /** Columns that hold a list of units. */
  readonly lists: readonly string[];
  /** Of these lists the one that is null where the row is everyone's. */
  readonly open?: string;
}

/** Who may do something with the rows of a table. */
export type Right = "everyone" | UnitColumns;

/** A column of the row above from which a row has its scope. */
export interface LentUnit {
  /** The column that points at the row above. */
  readonly by: string;
  /** The table of the row above. */
  readonly lender: string;
  readonly column: string;
  readonly isList: boolean;
}

/** A row above that is one of several tables': what is taken over through it, all at once. */
export interface LendingSubject {
  /** The column that points at the row above. */
  readonly by: string;
  /** The column that names its entity. */
  readonly type: string;
  readonly lenders: readonly SubjectLender[];
}

/** A table whose rows a subject may be. */
export interface SubjectLender {
  /** The entity, as the type column names it. */
  readonly entity: string;
  readonly table: string;
  /** Whose its rows are: columns of the table. */
  readonly right: Right;
}

/** A hidden column: what the rows above lend, kept in the row itself, since a policy queries no other table. */
export interface KeptColumn {
  readonly name: string;
  readonly isList: boolean;
  /** One where it is no list. */
  readonly from: readonly LentUnit[];
  /** Instead of them all, where the row above may be of several tables. The list is then null where the row above is everyone's. */
  readonly subject?: LendingSubject;
}

/** A reference to rows that not everyone sees. */
export interface GuardedReference {
  readonly column: string;
  readonly table: string;
}

/** The scope of a table's rows, as PostgreSQL enforces it. */
export interface TableScope {
  readonly table: string;
  readonly read: Right;
  readonly write: Right;
  readonly kept: readonly KeptColumn[];
  /** References through which nobody may tell a row that is there from one that is not. */
  readonly guarded: readonly GuardedReference[];
}

/** Hidden columns have a digit behind `_`, which no declared column can have. */
const KEPT = /^xm_scopes?_\d$/;

/** Whether a column is one that the platform keeps for a scope. */
export function isKept(column: string): boolean {
  return KEPT.test(column);
}

/** More units than this are kept as a list: one index over it serves them all. */
const MOST_SINGLE = 2;

/**
 * The scopes of a model's tables; a table stands after those that lend it theirs.
 *
 * @throws Refusal SCOPE_MISSING for an entity that does not say whose its rows are
 */
export function scopesOf(model: Model): readonly TableScope[] {
  const resolved = new Map<EntityModel, TableScope>();
  const resolve = (entity: EntityModel, path: readonly EntityModel[]): TableScope => {
    const known = resolved.get(entity);
    if (known !== undefined) return known;
    if (path.includes(entity)) throw new Error(`The scope of ${entity.name} is inherited in a circle.`);
    const scope = scopeOf(entity, model.units?.entity, (target) => resolve(target, [...path, entity]));
    resolved.set(entity, scope);
    return scope;
  };
  for (const entity of model.entities) resolve(entity, []);
  return [...resolved].map(([entity, scope]) => ({ ...scope, guarded: guardedIn(entity, resolved) }));
}

interface Parts {
  readonly own: readonly string[];
  readonly lent: readonly LentUnit[];
  readonly subject: LendingSubject | undefined;
}

type Resolve = (target: EntityModel) => TableScope;

function scopeOf(entity: EntityModel, units: EntityModel | undefined, resolve: Resolve): TableScope {
  const { read, write } = declaredIn(entity);
  const [reading, writing] = [partsOf(entity, read, "read", units, resolve), partsOf(entity, write, "write", units, resolve)];
  const lentIn = (parts: Parts | "everyone"): Lent => (parts === "everyone" ? NOTHING_LENT : parts);
  const { kept, rightOf } = keep(lentIn(reading), lentIn(writing));
  const right = (parts: Parts | "everyone"): Right => (parts === "everyone" ? parts : rightOf(parts));
  return { table: entity.table, read: right(reading), write: right(writing), kept, guarded: [] };
}

type Named = "everyone" | readonly string[];

function declaredIn(entity: EntityModel): { readonly read: Named; readonly write: Named } {
  // the type asks for it, plain JavaScript does not
  const scope = entity.entity.definition.head.scope as Scope | undefined;
  const parts = typeof scope === "object" && "read" in scope ? scope : { read: scope, write: scope };
  const named = (part: string | readonly string[] | undefined): Named => {
    if (part === undefined || part.length === 0) throw scopeMissing(entity);
    return part === "everyone" ? part : [part].flat();
  };
  return { read: named(parts.read), write: named(parts.write) };
}

function partsOf(
  entity: EntityModel,
  named: Named,
  right: "read" | "write",
  units: EntityModel | undefined,
  resolve: Resolve,
): Parts | "everyone" {
  if (named === "everyone") return named;
  const own: string[] = [];
  const lent: LentUnit[] = [];
  let lending: LendingSubject | undefined;
  for (const name of named) {
    const { column, target, subject } = scopeColumn(entity, name);
    if (subject !== undefined) {
      const lenders = subject.entities.map((one) => ({ entity: one.name, table: one.table, right: resolve(one)[right] }));
      lending = { by: column, type: subject.type.column, lenders };
      continue;
    }
    if (target === units) {
      own.push(column);
      continue;
    }
    const above = resolve(target)[right];
    if (above === "everyone") return above;
    const from = { by: column, lender: target.table };
    lent.push(...above.units.map((unit) => ({ ...from, column: unit, isList: false })));
    lent.push(...above.lists.map((list) => ({ ...from, column: list, isList: true })));
  }
  if (lending !== undefined && lent.length > 0) throw new Error(`The scope of ${entity.name} comes from its subject and from another row.`);
  return { own: [...new Set(own)], lent, subject: lending };
}

type ScopeColumn = { readonly column: string } & (
  | { readonly target: EntityModel; readonly subject: undefined }
  | { readonly target: undefined; readonly subject: SubjectModel }
);

function scopeColumn(entity: EntityModel, name: string): ScopeColumn {
  const { column, target, subject } = entity.columns.find((candidate) => candidate.name === name) ?? {};
  if (column !== undefined && target !== undefined) return { column, target, subject: undefined };
  if (column !== undefined && subject !== undefined) return { column, target: undefined, subject };
  throw new Error(`The scope ${name} of ${entity.name} is no reference of it.`);
}

type Lent = Pick<Parts, "lent" | "subject">;

const NOTHING_LENT: Lent = { lent: [], subject: undefined };

interface Layout {
  readonly kept: readonly KeptColumn[];
  readonly rightOf: (parts: Parts) => UnitColumns;
}

/** Lays out what is lent for reading and for writing in as few columns as will do. */
function keep(reading: Lent, writing: Lent): Layout {
  return reading.subject === undefined && writing.subject === undefined
    ? keepUnits(reading.lent, writing.lent)
    : keepSubjects(reading.subject, writing.subject);
}

/** What is lent by rows of several tables takes a column for each right; one for both where they are the same. */
function keepSubjects(reading: LendingSubject | undefined, writing: LendingSubject | undefined): Layout {
  const both = reading !== undefined && writing !== undefined && JSON.stringify(reading) === JSON.stringify(writing);
  const subjects = (both ? [reading] : [reading, writing]).filter((one) => one !== undefined);
  const kept = subjects.map((subject, at): KeptColumn => ({ name: `xm_scopes_${at + 1}`, isList: true, from: [], subject }));
  const listOf = (subject: LendingSubject): string => kept.find((column) => column.subject === subject || both)?.name ?? "";
  return {
    kept,
    rightOf: ({ own, subject }) =>
      subject === undefined ? { units: own, lists: [] } : { units: own, lists: [listOf(subject)], open: listOf(subject) },
  };
}

function keepUnits(reading: readonly LentUnit[], writing: readonly LentUnit[]): Layout {
  const all = distinct([...reading, ...writing]);
  if (all.length <= MOST_SINGLE && !all.some(({ isList }) => isList)) {
    const kept = all.map((from, at) => ({ name: `xm_scope_${at + 1}`, isList: false, from: [from] }));
    const nameOf = (unit: LentUnit): readonly string[] => kept.flatMap(({ name, from }) => (same(from[0], unit) ? [name] : []));
    return { kept, rightOf: ({ own, lent }) => ({ units: [...own, ...distinct(lent).flatMap(nameOf)], lists: [] }) };
  }
  const [read, write] = [distinct(reading), distinct(writing)];
  const both = read.length === write.length && read.every((one) => write.some((other) => same(one, other)));
  const kept = (both ? [read] : [read, write])
    .filter((from) => from.length > 0)
    .map((from, at) => ({ name: `xm_scopes_${at + 1}`, isList: true, from }));
  const listOf = (lent: readonly LentUnit[]): readonly string[] =>
    kept.flatMap(({ name, from }) =>
      from.length === lent.length && from.every((one) => lent.some((other) => same(one, other))) ? [name] : [],
    );
  return { kept, rightOf: ({ own, lent }) => ({ units: own, lists: listOf(distinct(lent)) }) };
}

function distinct(units: readonly LentUnit[]): readonly LentUnit[] {
  return units.filter((unit, at) => units.findIndex((other) => same(other, unit)) === at);
}

function same(one: LentUnit | undefined, other: LentUnit): boolean {
  return one?.by === other.by && one.column === other.column;
}

function guardedIn(entity: EntityModel, scopes: ReadonlyMap<EntityModel, TableScope>): readonly GuardedReference[] {
  return entity.columns.flatMap(({ column, target }) =>
    target === undefined || scopes.get(target)?.read === "everyone" ? [] : [{ column, table: target.table }],
  );
}

/** An entity, and so its table, does not say whose its rows are. */
function scopeMissing({ name, plugin }: EntityModel): Refusal {
  return new Refusal(
    "SCOPE_MISSING",
    {
      zh: `插件 ${plugin} 的实体 ${name} 没有声明范围（scope），无法确定谁能看到它的记录。`,
      en: `Entity ${name} of plugin ${plugin} declares no scope, so nobody knows whose its rows are.`,
    },
    {
      zh: `请写明 scope：指向单位的字段，或有范围的上级记录；人人可见则写 scope: "everyone"。`,
      en: `Say scope: the columns that lead to a unit, or to a row with a scope; if anyone may read them, scope: "everyone".`,
    },
  );
}
