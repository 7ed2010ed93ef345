import type { Problem } from "@xianmai/plugin-api";

/** What waited is done already. */
export function itemDone(): Problem {
  return {
    code: "INBOX_ITEM_DONE",
    path: ["input", "id"],
    message: {
      zh: "这条待办已经办结，不能再转办：请查看该记录。",
      en: "The item is done, and cannot be delegated any more: look at the record.",
    },
  };
}

/** Nobody has delegated it. */
export function notDelegated(): Problem {
  return {
    code: "INBOX_ITEM_NOT_DELEGATED",
    path: ["input", "id"],
    message: {
      zh: "这条待办没有转办给别人，无须收回。",
      en: "The item was not delegated to anybody, so there is nothing to take back.",
    },
  };
}

/** It is not said to whom it goes. */
export function delegateMissing(): Problem {
  return {
    code: "VALUE_REQUIRED",
    path: ["input", "delegatedTo"],
    message: { zh: "转办须指定承办人：请填写 delegatedTo。", en: "Delegating needs somebody to delegate to: give delegatedTo." },
  };
}

/** It is not said why. */
export function reasonForDelegating(): Problem {
  return {
    code: "REASON_REQUIRED",
    path: ["input", "reason"],
    message: { zh: "转办须说明原因：请填写 reason。", en: "Delegating must say why: give a reason." },
  };
}

/** Whoever should do it serves elsewhere. */
export function outsideUnit(): Problem {
  return {
    code: "DELEGATE_OUTSIDE_UNIT",
    path: ["input", "delegatedTo"],
    message: {
      zh: "所选人员不在承办单位及其下级单位：请选择本单位或下级单位的人员。",
      en: "That official serves neither in the unit of the item nor below it: choose one who does.",
    },
  };
}
