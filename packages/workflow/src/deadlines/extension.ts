import { choices, column, entity, lifecycle, rules, type Entity, type Rules, type Viewer } from "@xianmai/plugin-api";

import type { Surroundings } from "../parts/surroundings.ts";
import { EXTENSION, extendableOf, extensionOf } from "./extendable.ts";

const ClockUnit = choices(
  "ClockUnit",
  { zh: "时限单位", en: "Unit of a time limit" },
  {
    WORKING_DAYS: { zh: "工作日", en: "Working days" },
    WORKING_HOURS: { zh: "工作小时", en: "Working hours" },
    DAYS: { zh: "自然日", en: "Calendar days" },
    HOURS: { zh: "小时", en: "Hours" },
  },
);

const ExtensionStage = lifecycle(
  "DeadlineExtensionStage",
  { zh: "延期申请状态", en: "Stage of a request for more time" },
  {
    start: "REQUESTED",
    states: {
      REQUESTED: { zh: "待审批", en: "Requested" },
      APPROVED: { zh: "已批准", en: "Approved", end: true },
      REFUSED: { zh: "未批准", en: "Refused", end: true },
      WITHDRAWN: { zh: "已撤回", en: "Withdrawn", end: true },
    },
    steps: {
      approve: { zh: "批准", en: "Approve", from: "REQUESTED", to: "APPROVED", sets: { decidedOn: "on" } },
      refuse: { zh: "不批准", en: "Refuse", from: "REQUESTED", to: "REFUSED", reason: true, sets: { decidedOn: "on" } },
      withdraw: { zh: "撤回", en: "Withdraw", from: "REQUESTED", to: "WITHDRAWN" },
    },
  },
);

/** A request for more time with what its steps ask of whoever takes them. */
export interface ExtensionParts {
  readonly entity: Entity<typeof EXTENSION>;
  readonly rules: Rules;
}

/**
 * A request to make the clock of a record longer (延期申请). Who sees the record sees it; who may change the record, and holds the permission that its
 * clock names, asks or decides; nobody decides what they asked for themselves.
 */
export function extensionEntity({ subjects, people }: Surroundings): ExtensionParts {
  const extendable = extendableOf(subjects);
  class DeadlineExtension extends entity(
    EXTENSION,
    { zh: "延期申请", en: "Request for more time", title: "reason", order: "askedAt", scope: "subject" },
    {
      subject: column.subject({
        zh: "所延期的记录",
        en: "Whose time it is",
        type: "subjectType",
        of: () => extendable,
        inverse: "deadlineExtensions",
      }),
      subjectType: column.text({ zh: "记录类型", en: "Type of the record" }),
      clockState: column.text({ zh: "所延期的阶段", en: "The stage whose clock it is" }),
      clockBegan: column.dateTime({ zh: "时限起算", en: "When the clock began" }),
      amount: column.integer({ zh: "延长", en: "How much more" }),
      unit: column.choice(ClockUnit, { zh: "单位", en: "Of which unit" }),
      reason: column.text({ zh: "理由", en: "Why" }),
      askedBy: column.reference(() => people.entity, { zh: "申请人", en: "Asked by", optional: true, inverse: "askedExtensions" }),
      askedAt: column.dateTime({ zh: "申请于", en: "Asked at" }),
      decidedOn: column.date({ zh: "审批日期", en: "Decided on", optional: true }),
      stage: column.stage(ExtensionStage),
    },
  ) {}

  type Asked = { readonly subjectType: string; readonly clockState: string; readonly askedById: string | null };
  const decides = ({ subjectType, clockState, askedById }: Asked, viewer: Viewer): string | undefined => {
    const extend = extensionOf(extendable, subjectType, clockState);
    if (extend === undefined || !viewer.may(extend.approve)) return "EXTENSION_NOT_YOURS_TO_DECIDE";
    return isAsker(askedById, viewer) ? "EXTENSION_OWN" : undefined;
  };
  return {
    entity: DeadlineExtension,
    rules: rules(DeadlineExtension, ExtensionStage, {
      approve: decides,
      refuse: decides,
      withdraw: ({ askedById }, viewer) => (isAsker(askedById, viewer) ? undefined : "EXTENSION_OF_SOMEBODY_ELSE"),
    }),
  };
}

/** Those who are not known by name are all the same: none of them decides what one of them asked for. */
function isAsker(askedBy: string | null, { user }: Viewer): boolean {
  return askedBy === (user ?? null);
}
