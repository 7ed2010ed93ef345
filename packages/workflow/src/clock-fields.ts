import type { Field, Id, Instant, Label, ReadContext } from "@xianmai/plugin-api";
import type { EntityModel, Model } from "@xianmai/plugin-api/model";
import { rowField, type EntityTypes } from "@xianmai/query";
import { GraphQLBoolean, GraphQLList, GraphQLNonNull, type GraphQLFieldConfigMap, type GraphQLScalarType } from "graphql";

import { hasClocks, readClocks, type ClockReading } from "./clock-reading.ts";
import type { Stage } from "./permits.ts";

/** What a row's clock shows. */
interface Reading extends ClockReading {
  /** Asked for what depends on the time alone, since so long an answer holds; `undefined` in the past, which has no now. */
  readonly now: ReadContext["clock"] | undefined;
}

/** What rows of an entity whose states have clocks show of them, worked out as it is read. */
export function clockFields(entity: EntityModel, types: EntityTypes): GraphQLFieldConfigMap<unknown, unknown> {
  const { stage } = entity;
  if (stage === undefined || !hasClocks(types.model, entity)) return {};
  const field = clock(types.model, entity, stage);
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
    stageEscalations: rowField({
      field,
      type: new GraphQLList(new GraphQLNonNull(DateTime)),
      description: {
        zh: "到期后逐级上报的时刻，由低到高；时限暂停时只列暂停前已到的；不上报则为空列表",
        en: "When it goes to each next level after its end, the first one first; while its clock stands still those that were reached before; none where nothing escalates",
      },
      shown: ({ escalations }: Reading) => escalations.map((moment) => serialized(DateTime, moment)),
    }),
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

function serialized({ serialize }: GraphQLScalarType<string, string>, moment: Instant | undefined): string | undefined {
  return moment === undefined ? undefined : serialize(moment);
}

type ClockRow = Readonly<Record<string, unknown>> & { readonly id: Id<string> };

/** The one code of all these fields: an answer that shows several of them asks the database once. */
function clock(model: Model, entity: EntityModel, { column }: Stage): Field {
  const load = async (rows: readonly ClockRow[], context: ReadContext): Promise<ReadonlyMap<Id<string>, Reading>> => {
    const staged = rows.map((row) => ({ id: row.id, stage: String(row[column.rowKey]) }));
    const { readings, isPast } = await readClocks(model, entity, staged, context);
    const now = isPast ? undefined : context.clock;
    return new Map([...readings].map(([id, reading]) => [id, { ...reading, now }]));
  };
  return {
    entity: entity.entity,
    name: "clock",
    label: { zh: "时限", en: "Clock" },
    type: "text",
    requires: [column.name],
    load,
  };
}
