import { countedClock, type Field, type Id, type Instant, type Label, type ReadContext } from "@xianmai/plugin-api";
import type { EntityModel, Model } from "@xianmai/plugin-api/model";
import { rowField, type EntityTypes } from "@xianmai/query";
import { GraphQLBoolean, type GraphQLFieldConfigMap } from "graphql";

import { clockCourse, type ClockCourse } from "./clock-course.ts";
import type { Stage } from "./permits.ts";
import { readStageTrails } from "./stage-trail.ts";
import { dueAt } from "./time/limits.ts";
import { readWorkingTime } from "./time/read-calendar.ts";
import type { WorkingTime } from "./time/working-time.ts";

/** What a row's clock shows. */
interface Reading {
  readonly since: Instant;
  /** `undefined` in a state without a clock, and while the clock stands still. */
  readonly due: Instant | undefined;
  /** `undefined` where the clock does not warn, and where it stands still before it would. */
  readonly warning: Instant | undefined;
}

/** What is asked of a reading; `undefined` reads null. */
type Asked = (reading: Reading, now: Now | undefined) => unknown;
type Now = ReadContext["clock"];

/**
 * What rows of an entity whose states have clocks show of them. Worked out as it is read: by the latest change of the stage, whoever made it, and by
 * the calendar as it is, so that a corrected calendar moves every limit that is open.
 */
export function clockFields(entity: EntityModel, types: EntityTypes): GraphQLFieldConfigMap<unknown, unknown> {
  const { stage } = entity;
  const { calendar } = types.model;
  if (stage === undefined || calendar === undefined || !hasClock(stage)) return {};
  const { DateTime } = types.scalars;
  const shown = (moment: Instant | undefined): unknown => (moment === undefined ? undefined : DateTime.serialize(moment));
  const field = (name: string, type: typeof DateTime | typeof GraphQLBoolean, description: Label, asked: Asked) =>
    [name, rowField({ field: added({ entity, stage, calendar, name, asked }), type, description })] as const;
  return Object.fromEntries([
    field("stageSince", DateTime, { zh: "进入当前阶段的时刻", en: "When it came into its stage" }, ({ since }) => shown(since)),
    field(
      "stageDue",
      DateTime,
      {
        zh: "当前阶段的期限，按工作日历计算；该阶段没有时限，或时限暂停时为空",
        en: "When its time in the stage is over, by the work calendar; null where the stage has no limit, and while its clock stands still",
      },
      ({ due }) => shown(due),
    ),
    field(
      "stageWarning",
      DateTime,
      { zh: "期限临近、开始预警的时刻；不预警则为空", en: "From when on the end is near; null where nothing warns of it" },
      ({ warning }) => shown(warning),
    ),
    field(
      "isDueSoon",
      GraphQLBoolean,
      {
        zh: "是否已到预警、尚未到期；查看过去时为空",
        en: "Whether the end is near and not yet come; null in the past",
      },
      ({ due, warning }, now) => now && warning !== undefined && !now.until(warning) && (due === undefined || now.until(due)),
    ),
    field(
      "isOverdue",
      GraphQLBoolean,
      {
        zh: "是否已超过当前阶段的期限；查看过去时为空",
        en: "Whether its time in the stage is over; null in the past",
      },
      ({ due }, now) => now && due !== undefined && !now.until(due),
    ),
  ]);
}

function hasClock({ lifecycle }: Stage): boolean {
  return Object.values(lifecycle.states).some(({ clock }) => clock !== undefined);
}

interface ClockField {
  readonly entity: EntityModel;
  readonly stage: Stage;
  readonly calendar: NonNullable<Model["calendar"]>;
  readonly name: string;
  readonly asked: Asked;
}

type StagedRow = Readonly<Record<string, unknown>> & { readonly id: Id<string> };

function added({ entity, stage, calendar, name, asked }: ClockField): Field {
  const load = async (rows: readonly StagedRow[], context: ReadContext): Promise<ReadonlyMap<Id<string>, unknown>> => {
    const ids = rows.map(({ id }) => id);
    const { changes, isPast } = await readStageTrails(entity, ids, context);
    const time = await readWorkingTime(calendar, context);
    const now = isPast ? undefined : context.clock;
    return new Map(
      rows.flatMap((row) => {
        const course = clockCourse(stage.lifecycle, String(row[stage.column.rowKey]), changes.get(row.id) ?? []);
        return course === undefined ? [] : [[row.id, asked(reading(course, time), now)] as const];
      }),
    );
  };
  return { entity: entity.entity, name, label: { zh: name, en: name }, type: "text", requires: [stage.column.name], load };
}

function reading({ since, clock, began, pauses }: ClockCourse, time: WorkingTime): Reading {
  const counted = clock === undefined ? undefined : countedClock(clock);
  if (counted === undefined) return { since, due: undefined, warning: undefined };
  const { unit, amount, warn } = counted;
  return {
    since,
    due: dueAt(time, { unit, amount }, began, pauses),
    warning: warn === undefined ? undefined : dueAt(time, { unit, amount: amount - warn }, began, pauses),
  };
}
