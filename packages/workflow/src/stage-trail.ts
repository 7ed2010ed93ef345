import type { Id, Instant } from "@xianmai/plugin-api";
import type { EntityModel } from "@xianmai/plugin-api/model";
import type { Kysely } from "kysely";

import type { ClockContext } from "./time/read-calendar.ts";

/** A change of a row's stage. */
export interface StageChange {
  /** Null where what is recorded of it has been forgotten. */
  readonly at: Instant | null;
  /** The stage that a step left; null for a change from outside. */
  readonly from: string | null;
}

/** What became of the stages of rows. */
export interface StageTrails {
  /** The changes of each row, in their order; the last led to the stage in which it is. */
  readonly changes: ReadonlyMap<Id<string>, readonly StageChange[]>;
  /** Whether a past is read, which has no now. */
  readonly isPast: boolean;
}

/** The columns of `xm.stage_trail` that are read. */
interface TrailRow extends StageChange {
  readonly id: Id<string>;
  readonly from_state: string | null;
  readonly root: bigint;
  readonly place: number;
  readonly nth: bigint | null;
}

/** Reads what became of the stages of rows, by steps or from outside; in one query for all of them. */
export async function readStageTrails(entity: EntityModel, keys: readonly Id<string>[], context: ClockContext): Promise<StageTrails> {
  const { stage, name, table } = entity;
  if (stage === undefined) throw new Error(`${name} has no stage.`);
  const db = context.db(entity.entity) as unknown as Kysely<object>;
  const rows = await db
    .selectFrom((eb) =>
      eb.fn<TrailRow>("xm.stage_trail", [eb.val(name), eb.val(table), eb.val(stage.column.column), eb.val(keys)]).as<"change">("change"),
    )
    // columns bare: a name before them would count as a table that is read
    .select((eb) => ["id", "at", "from_state as from", eb.fn<string | null>("current_setting", [eb.val("xm.lo"), eb.val(true)]).as("past")])
    .orderBy("id")
    .orderBy("root")
    .orderBy("place")
    .orderBy("nth")
    .execute();
  const changes = new Map<Id<string>, StageChange[]>();
  for (const { id, at, from } of rows) {
    const known = changes.get(id) ?? [];
    changes.set(id, known);
    known.push({ at, from });
  }
  return { changes, isPast: rows.some(({ past }) => past !== null && past !== "") };
}
