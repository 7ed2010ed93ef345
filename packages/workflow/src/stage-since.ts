import type { Id, Instant, ReadContext } from "@xianmai/plugin-api";
import type { EntityModel } from "@xianmai/plugin-api/model";
import type { Kysely } from "kysely";

/** One change of a row's stage, as `xm.stage_trail` tells it. */
interface Change {
  readonly id: Id<string>;
  readonly root: bigint;
  readonly place: number;
  readonly nth: bigint | null;
  /** Null where what is recorded of it has been forgotten. */
  readonly at: Instant | null;
}

/** When rows came into the stage in which they are. */
export interface StagesSince {
  /** Null where what is recorded of it has been forgotten. */
  readonly since: ReadonlyMap<Id<string>, Instant | null>;
  /** Whether a past is read, which has no now. */
  readonly isPast: boolean;
}

/** Finds when rows came into their stage, by a step or from outside; in one query for all of them. */
export async function stagesSince(entity: EntityModel, keys: readonly Id<string>[], context: ReadContext): Promise<StagesSince> {
  const { stage, name, table } = entity;
  if (stage === undefined) throw new Error(`${name} has no stage.`);
  const db = context.db(entity.entity) as unknown as Kysely<object>;
  const rows = await db
    .selectFrom((eb) =>
      eb.fn<Change>("xm.stage_trail", [eb.val(name), eb.val(table), eb.val(stage.column.column), eb.val(keys)]).as<"change">("change"),
    )
    // columns bare: a name before them would count as a table that is read
    .select((eb) => ["id", "at", eb.fn<string | null>("current_setting", [eb.val("xm.lo"), eb.val(true)]).as("past")])
    .orderBy("id")
    .orderBy("root")
    .orderBy("place")
    .orderBy("nth")
    .execute();
  return {
    // of several with one key the last stays
    since: new Map(rows.map(({ id, at }) => [id, at])),
    isPast: rows.some(({ past }) => past !== null && past !== ""),
  };
}
