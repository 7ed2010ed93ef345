import type { CalendarDate } from "@xianmai/plugin-api";
import type { MutationWork } from "@xianmai/query";

/** What a step did, beside who did it and when, which the transaction knows. */
export interface StepTaken {
  readonly step: string;
  readonly from: string;
  readonly to: string;
  readonly on: CalendarDate;
  readonly reason: string | null;
}

/**
 * Writes the dated row of a step, in its transaction: there is no step without it, and it without no step. The row itself always gets a new
 * version, also from a step that leaves it as it is: whoever follows the row hears of the step.
 */
export async function recordStep({ client, entity, row, context }: MutationWork, { step, from, to, on, reason }: StepTaken): Promise<void> {
  // nobody who asks may read or write the steps themselves, which tell of every row
  await client.query("select xm.record_step($1, $2, $3, $4, $5, $6, $7, $8)", [
    entity.name,
    row.id,
    step,
    from,
    to,
    on,
    reason,
    context.clock.now(),
  ]);
  const stage = entity.stage?.column.column;
  if (from === to && stage !== undefined)
    await client.query(`update "${entity.table}" set "${stage}" = "${stage}" where id = $1`, [row.id]);
}
