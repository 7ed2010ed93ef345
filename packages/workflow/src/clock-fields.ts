import { countedClock, type Field, type Id, type Instant, type Label, type ReadContext } from "@xianmai/plugin-api";
import type { EntityModel, Model } from "@xianmai/plugin-api/model";
import { rowField, type EntityTypes } from "@xianmai/query";
import { GraphQLBoolean, type GraphQLFieldConfigMap, type GraphQLScalarType } from "graphql";

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
  /** Asked for what depends on the time alone, since so long an answer holds; `undefined` in the past, which has no now. */
  readonly now: ReadContext["clock"] | undefined;
}

/**
 * What rows of an entity whose states have clocks show of them. Worked out as it is read: by the changes of the stage, whoever made them, and by the
 * calendar as it is, so that a corrected calendar moves every limit that is open.
 */
export function clockFields(entity: EntityModel, types: EntityTypes): GraphQLFieldConfigMap<unknown, unknown> {
  const { stage } = entity;
  const { calendar } = types.model;
  if (stage === undefined || calendar === undefined || !hasClock(stage)) return {};
  const field = clock(entity, stage, calendar);
  const { DateTime } = types.scalars;
  const moment = (description: Label, of: (reading: Reading) => Instant | undefined) =>
    rowField({ field, type: DateTime, description, shown: (reading: Reading) => serialized(DateTime, of(reading)) });
  const whether = (description: Label, of: (reading: Reading, now: ReadContext["clock"]) => boolean) =>
    rowField({ field, type: GraphQLBoolean, description, shown: (reading: Reading) => reading.now && of(reading, reading.now) });
  return {
    stageSince: moment({ zh: "进入当前阶段的时刻", en: "When it came into its stage" }, ({ since }) => since),
    stageDue: moment(
      {
        zh: "当前阶段的期限，按工作日历计算；该阶段没有时限，或时限暂停时为空",
        en: "When its time in the stage is over, by the work calendar; null where the stage has no limit, and while its clock stands still",
      },
      ({ due }) => due,
    ),
    stageWarning: moment(
      { zh: "期限临近、开始预警的时刻；不预警则为空", en: "From when on the end is near; null where nothing warns of it" },
      ({ warning }) => warning,
    ),
    isDueSoon: whether(
      { zh: "是否已到预警、尚未到期；查看过去时为空", en: "Whether the end is near and not yet come; null in the past" },
      ({ due, warning }, now) => warning !== undefined && !now.until(warning) && (due === undefined || now.until(due)),
    ),
    isOverdue: whether(
      { zh: "是否已超过当前阶段的期限；查看过去时为空", en: "Whether its time in the stage is over; null in the past" },
      ({ due }, now) => due !== undefined && !now.until(due),
    ),
  };
}

function hasClock({ lifecycle }: Stage): boolean {
  return Object.values(lifecycle.states).some(({ clock }) => clock !== undefined);
}

function serialized({ serialize }: GraphQLScalarType<string, string>, moment: Instant | undefined): string | undefined {
  return moment === undefined ? undefined : serialize(moment);
}

type StagedRow = Readonly<Record<string, unknown>> & { readonly id: Id<string> };

/** The one code of all these fields: an answer that shows several of them asks the database once. */
function clock(model: EntityModel, { column, lifecycle }: Stage, calendar: NonNullable<Model["calendar"]>): Field {
  const load = async (rows: readonly StagedRow[], context: ReadContext): Promise<ReadonlyMap<Id<string>, Reading>> => {
    const ids = rows.map(({ id }) => id);
    const { changes, isPast } = await readStageTrails(model, ids, context);
    const time = await readWorkingTime(calendar, context);
    const now = isPast ? undefined : context.clock;
    return new Map(
      rows.flatMap((row) => {
        const course = clockCourse(lifecycle, String(row[column.rowKey]), changes.get(row.id) ?? []);
        return course === undefined ? [] : [[row.id, { ...reading(course, time), now }] as const];
      }),
    );
  };
  return {
    entity: model.entity,
    name: "clock",
    label: { zh: "时限", en: "Clock" },
    type: "text",
    requires: [column.name],
    load,
  };
}

function reading({ since, clock: declared, began, pauses }: ClockCourse, time: WorkingTime): Omit<Reading, "now"> {
  const counted = declared === undefined ? undefined : countedClock(declared);
  if (counted === undefined) return { since, due: undefined, warning: undefined };
  const { unit, amount, warn } = counted;
  return {
    since,
    due: dueAt(time, { unit, amount }, began, pauses),
    warning: warn === undefined ? undefined : dueAt(time, { unit, amount: amount - warn }, began, pauses),
  };
}
