import { choices, column, type Column, type Entity, type Lifecycle, type Plugin } from "@xianmai/plugin-api";
import { constantFrom, integer, subarray, type GeneratorValue } from "fast-check";

import { cycle, dictionaryKeeper, plugin, step, thing, units, words } from "./declare.ts";

/** Names with a meaning in SQL, GraphQL, JavaScript or the generated API, and plurals that are hard to form and to undo. */
const ENTITIES: readonly string[] =
  "Order User Select Table Constructor Group Bus Box Company Day Series Sheep Church Key Page Type Text Node ProgressReport OrderGroup X DataSet2 Object News".split(
    " ",
  );
const COLUMNS: readonly string[] =
  "order to select user from where group limit first filter nodes edges node count key constructor end table type totalCount sum in some every label a b1 xmFrom xmin oid isNull startDeadline default case null true currentUser orderBy parent input problems".split(
    " ",
  );
const INVERSES: readonly string[] =
  "orders users children to boxes series companies sheep nodes churches days select newses ownedOrders item constructor".split(" ");
const PLAIN = ["text", "texts", "integer", "money", "decimal", "percent", "date", "yearMonth", "dateTime", "boolean"] as const;

const Level = choices("Level", words, { HIGH: words, ORDER: words });

/** The choices of one run. */
export interface Draws {
  readonly some: <Item>(items: readonly Item[], most: number) => readonly Item[];
  readonly of: <Item>(items: readonly Item[]) => Item;
  readonly chance: (percent: number) => boolean;
}

/** Draws from what fast-check generates, so that a seed repeats it. */
export function draws(gen: GeneratorValue): Draws {
  return {
    some: (items, most) => [...gen(subarray, [...items], { maxLength: most })] as never,
    of: (items) => gen(constantFrom, ...items) as never,
    chance: (percent) => gen(integer, { min: 0, max: 99 }) < percent,
  };
}

/** Some plugins over units and dictionaries, whose entities refer to each other. */
export function randomPlugins({ some, of, chance }: Draws): readonly Plugin[] {
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
      else if (kind === "reference") columns[one] = reference(() => targetOf(made, Unit, name), true);
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
function targetOf(made: readonly Entity[], unit: Entity, name: string): Entity {
  const at = made.findIndex(({ definition }) => definition.name === name);
  return made[at - 1] ?? unit;
}
