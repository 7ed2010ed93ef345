import type { Id, Instant, Problem } from "@xianmai/plugin-api";
import { entityOf, type Model } from "@xianmai/plugin-api/model";
import type { MutationWork } from "@xianmai/query";

import { readClocks } from "../clock-reading.ts";
import { isSame } from "./extension-rows.ts";
import { clockIsGone, tooLong } from "./extension-problems.ts";

/** The columns of a request for more time that a decision looks at. */
interface Asked {
  readonly subjectId: Id<string>;
  readonly subjectType: string;
  readonly clockState: string;
  readonly clockBegan: Instant;
  readonly amount: number;
}

/** Checks before more time is approved that the clock still runs for which it was asked, and that it is not more than there can be by now. */
export async function checkDecision(step: string, { client, context, row }: MutationWork, model: Model): Promise<readonly Problem[]> {
  if (step !== "approve") return [];
  const { subjectId: id, subjectType, clockState, clockBegan, amount } = row as unknown as Asked;
  const subject = entityOf(model, subjectType);
  // locked, so that it does not leave its stage meanwhile
  const { rows } = await client.query<{ stage: string }>(
    `select "${subject.stage?.column.column ?? ""}" as stage from "${subject.table}" where id = $1 for no key update`,
    [id],
  );
  const { readings } = await readClocks(
    model,
    subject,
    rows.map(({ stage }) => ({ id, stage })),
    context,
  );
  const clock = readings.get(id)?.clock;
  if (clock === undefined || !isSame(clock, { state: clockState, began: clockBegan })) return [clockIsGone()];
  const { counted, extra } = clock;
  const most = counted.extend?.most ?? 0;
  return extra + amount > most ? [{ ...tooLong(counted.unit, most, extra, amount), path: ["input", "id"] }] : [];
}
