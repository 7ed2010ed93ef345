import { choices, column, Refusal, type Column, type Entity, type Lifecycle, type Plugin } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel, Model } from "@xianmai/plugin-api/model";
import fc from "fast-check";
import {
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  validateSchema,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from "graphql";
import type { Client } from "pg";
import { expect, test } from "vitest";

import { compose } from "../../src/composition/compose.ts";
import { cycle, dictionaryKeeper, plugin, step, thing, units, words } from "../support/declare.ts";
import { startPlatform, withMigrations } from "../support/platform.ts";

/** Names with a meaning in SQL, GraphQL, JavaScript or the generated API, and plurals that are hard to form and to undo. */
const ENTITIES = [
  "Order",
  "User",
  "Select",
  "Table",
  "Group",
  "Bus",
  "Box",
  "Company",
  "Day",
  "Series",
  "Sheep",
  "Church",
  "Key",
  "Page",
  "Type",
  "Text",
  "Node",
  "ProgressReport",
  "OrderGroup",
  "Constructor",
  "X",
  "DataSet2",
  "Object",
  "News",
];
const COLUMNS = [
  "order",
  "to",
  "select",
  "user",
  "from",
  "where",
  "group",
  "limit",
  "first",
  "filter",
  "nodes",
  "edges",
  "node",
  "count",
  "key",
  "constructor",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "end",
  "table",
  "type",
  "totalCount",
  "sum",
  "in",
  "some",
  "every",
  "label",
  "a",
  "b1",
  "xmin",
  "xmFrom",
  "ctid",
  "oid",
  "isNull",
  "version",
  "startDeadline",
  "default",
  "case",
  "null",
  "true",
  "current_user".replace("_u", "U"),
  "orderBy",
  "parent",
  "input",
  "problems",
  "not",
];
const INVERSES = [
  "orders",
  "users",
  "children",
  "to",
  "boxes",
  "series",
  "companies",
  "sheep",
  "nodes",
  "churches",
  "days",
  "select",
  "newses",
  "ownedOrders",
  "item",
  "constructor",
];
const PLAIN = ["text", "texts", "integer", "money", "decimal", "percent", "date", "yearMonth", "dateTime", "boolean"] as const;

const Level = choices("Level", words, { HIGH: words, ORDER: words });

interface Draws {
  readonly some: <Item>(items: readonly Item[], most: number) => readonly Item[];
  readonly of: <Item>(items: readonly Item[]) => Item;
  readonly chance: (percent: number) => boolean;
}

function draws(gen: fc.GeneratorValue): Draws {
  return {
    some: (items, most) => [...gen(fc.subarray, [...items], { maxLength: most })] as never,
    of: (items) => gen(fc.constantFrom, ...items) as never,
    chance: (percent) => gen(fc.integer, { min: 0, max: 99 }) < percent,
  };
}

/** Some plugins over units and dictionaries, whose entities refer to each other. */
function randomPlugins({ some, of, chance }: Draws): readonly Plugin[] {
  const { Unit, plugin: unitPlugin } = units();
  const keeper = dictionaryKeeper();
  const names = some(ENTITIES, 5);
  const made: Entity[] = [];
  const lifecycles = new Map<string, Lifecycle>();
  const reference = (target: () => Entity, optional: boolean): Column =>
    column.reference(target, { ...words, ...(optional ? { optional: true } : {}), ...(chance(70) ? { inverse: of(INVERSES) } : {}) });
  for (const name of names) {
    const columns: Record<string, Column> = {};
    for (const one of some(COLUMNS, 7)) {
      const optional = chance(50) ? { optional: true as const } : {};
      const kind = of([...PLAIN, "choice", "stage", "self", "reference", "reference"] as const);
      if (kind === "choice") columns[one] = column.choice(Level, { ...words, ...optional });
      else if (kind === "self") columns[one] = column.self({ ...words, inverse: of(INVERSES) });
      else if (kind === "reference") columns[one] = reference(() => of0(made, Unit, name), true);
      else if (kind === "stage") {
        if (lifecycles.has(name)) continue;
        const stages = cycle(`${name}Stage`, ["OPEN", "DONE"], { finish: step("OPEN", "DONE") });
        lifecycles.set(name, stages);
        columns[one] = column.stage(stages);
      } else
        columns[one] = kind === "texts" ? column.texts(words) : (column[kind] as (options: object) => Column)({ ...words, ...optional });
    }
    const owned = chance(50);
    if (owned) columns["owner"] = reference(() => Unit, false);
    const keyed = Object.entries(columns).find(
      ([, { kind, options }]) => (kind === "date" || kind === "integer") && options.optional !== true,
    );
    made.push(
      thing(name, columns, {
        scope: owned ? "owner" : "everyone",
        ...(keyed !== undefined && chance(50) ? { key: ["code", keyed[0]], order: keyed[0] } : {}),
        ...(chance(20) ? { plural: of(INVERSES) } : {}),
      }),
    );
  }
  const dependsOn = { units: "*", dictionaries: "*" };
  return [unitPlugin, keeper, plugin("first", { entities: made, dependsOn })];
}

/** What an entity refers to: the one before it, units where there is none. */
function of0(made: readonly Entity[], unit: Entity, name: string): Entity {
  const at = made.findIndex(({ definition }) => definition.name === name);
  return made[at - 1] ?? unit;
}

/** Everything that can be asked of a type: all its fields, two rows deep. */
function selection(type: GraphQLOutputType, rows: number): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return "";
  if (isInterfaceType(named)) return "{ __typename id }";
  if (!isObjectType(named)) throw new Error(`${named.name} has no fields.`);
  const left = named.getInterfaces().length > 0 ? rows - 1 : rows;
  const fields = Object.values(named.getFields()).filter((field) => isLeafType(getNamedType(field.type)) || left > 0);
  return `{ __typename ${fields.map((field) => asked(field, left)).join(" ")} }`;
}

function asked(field: GraphQLField<unknown, unknown>, rows: number): string {
  return `${field.name} ${selection(field.type, rows)}`;
}

function* questions(query: GraphQLObjectType, ids: readonly string[]): Generator<string> {
  for (const field of Object.values(query.getFields())) {
    if (field.name === "nodes") yield `{ nodes(ids: ${JSON.stringify(ids)}) { __typename id } }`;
    else if (field.args.some(({ name }) => name === "id")) {
      const { name } = getNamedType(field.type);
      const own = ids.find((id) => id.startsWith(`${name}:`)) ?? `${name}:00000000-0000-4000-8000-000000000000`;
      yield `{ ${field.name}(id: ${JSON.stringify(own)}) ${selection(field.type, 2)} }`;
    } else if (!field.args.some(isRequiredArgument)) yield `{ ${asked(field, 2)} }`;
  }
}

/** Two rows of every entity, each with all its values, and pointing at a row of what it refers to. */
async function fill(psql: Client, { entities }: Model): Promise<readonly string[]> {
  const ids: string[] = [];
  const firstOf = new Map<EntityModel, string>();
  const sorted = [...entities].sort((a, b) => Number(needs(a, b)) - Number(needs(b, a)));
  for (const [at, entity] of sorted.entries()) {
    for (const turn of [1, 2]) {
      const id = `00000000-0000-4000-8000-${String(at * 10 + turn).padStart(12, "0")}`;
      const plain = entity.columns.filter((one) => one.target === undefined || (one.required && firstOf.has(one.target)));
      const values = plain.map((one) => (one.target === undefined ? valueOf(one, turn) : firstOf.get(one.target)));
      const columns = ["id", ...plain.map((one) => `"${one.column}"`)].join(", ");
      const places = ["$1", ...plain.map((one, i) => `$${i + 2}::${one.sqlType}`)].join(", ");
      await psql.query(`insert into app."${entity.table}" (${columns}) values (${places})`, [id, ...values]);
      ids.push(`${entity.name}:${id}`);
      if (turn === 1) firstOf.set(entity, id);
    }
  }
  for (const entity of entities) {
    for (const { column: name, target } of entity.columns) {
      const found = target === undefined ? undefined : firstOf.get(target);
      if (found !== undefined) await psql.query(`update app."${entity.table}" set "${name}" = $1`, [found]);
    }
  }
  return ids;
}

function needs(one: EntityModel, other: EntityModel): boolean {
  return one.columns.some(({ target, required }) => required && target === other);
}

function valueOf({ kind, values }: ColumnModel, turn: number): unknown {
  switch (kind) {
    case "text":
      return `t${turn}`;
    case "texts":
      return "{}";
    case "date":
    case "dateTime":
      return `2023-01-0${turn}`;
    case "yearMonth":
      return `2023-0${turn}`;
    case "boolean":
      return turn === 1;
    case "choice":
    case "stage":
      return values?.[turn - 1];
    default:
      return turn;
  }
}

test("whatever plugins declare is refused with the culprit and a remedy, or becomes a schema that is valid and answers for every field", async () => {
  let composed = 0;
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (gen) => {
      const plugins = randomPlugins(draws(gen));
      try {
        const { schema } = await compose(plugins);
        expect(validateSchema(schema)).toEqual([]);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return;
      }
      composed += 1;
    }),
    { numRuns: 60, endOnFailure: true },
  );
  expect(composed).toBeGreaterThan(10);
});
