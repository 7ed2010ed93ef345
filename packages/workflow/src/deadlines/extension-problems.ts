import type { Instant, Problem, TimeUnit } from "@xianmai/plugin-api";
import type { EntityModel } from "@xianmai/plugin-api/model";

import { UNIT_WORDS } from "./extendable.ts";

/** The record is at a stage that has no clock. */
export function hasNoClock(entity: EntityModel, state: string): Problem {
  const named = stateOf(entity, state);
  return {
    code: "CLOCK_MISSING",
    path: ["input", "subject"],
    message: {
      zh: `阶段“${named.zh}”没有时限，无需延期。`,
      en: `The stage "${named.en}" has no time limit, so that there is nothing to be made longer.`,
    },
  };
}

/** The clock of the stage is one that nobody can make longer. */
export function cannotBeExtended(entity: EntityModel, state: string): Problem {
  const named = stateOf(entity, state);
  return {
    code: "CLOCK_NOT_EXTENDABLE",
    path: ["input", "subject"],
    message: {
      zh: `阶段“${named.zh}”的时限不能延长：请在期限内办理。`,
      en: `The time limit of the stage "${named.en}" cannot be made longer: deal with it in time.`,
    },
  };
}

/** More time is asked for when the time is over. */
export function askedTooLate(due: Instant): Problem {
  return {
    code: "DEADLINE_OVER",
    path: ["input", "subject"],
    message: {
      zh: `期限已于 ${due} 届满，延期须在届满前申请：请尽快办理。`,
      en: `The time was over at ${due}, and more can only be asked for before: deal with it as soon as possible.`,
    },
  };
}

/** Somebody has asked already, and nobody has decided yet. */
export function isAskedAlready(): Problem {
  return {
    code: "EXTENSION_OPEN",
    path: ["input", "subject"],
    message: {
      zh: "该期限已有一份延期申请待审批：请等待审批，或先撤回那一份。",
      en: "Somebody has asked for more time already, and nobody has decided yet: wait for that, or withdraw it first.",
    },
  };
}

/** The amount is none. */
export function noAmount(amount: number): Problem {
  return {
    code: "VALUE_INVALID",
    path: ["input", "amount"],
    message: { zh: `不能延长 ${amount}：请填写正整数。`, en: `It cannot be made longer by ${amount}: give a whole number above none.` },
  };
}

/** Together with what was approved it would be more than there can be. */
export function tooLong(unit: TimeUnit, most: number, extra: number, amount: number): Problem {
  const { zh, en } = UNIT_WORDS[unit];
  const left = Math.max(0, most - extra);
  return {
    code: "EXTENSION_TOO_LONG",
    path: ["input", "amount"],
    message: {
      zh: `累计最多延长 ${most} ${zh}，已批准 ${extra} ${zh}，不能再延长 ${amount} ${zh}：${left === 0 ? "请在期限内办理" : `最多可申请 ${left} ${zh}`}。`,
      en: `It can be made longer by ${most} ${en} in all, of which ${extra} were approved, so not by ${amount} more: ${left === 0 ? "deal with it in time" : `ask for ${left} at most`}.`,
    },
  };
}

/** No reason is given, or none that can be kept. */
export function reasonUnclear(): Problem {
  return {
    code: "REASON_REQUIRED",
    path: ["input", "reason"],
    message: {
      zh: "延期须说明理由：请填写 reason，不能为空白，不含 NUL 和残缺的字符。",
      en: "Who asks for more time must say why: give a reason that is not blank, without the character NUL or half of a character.",
    },
  };
}

/** What was asked for belongs to a run of a clock that is no more. */
export function clockIsGone(): Problem {
  return {
    code: "CLOCK_GONE",
    path: ["input", "id"],
    message: {
      zh: "记录已离开所延期的阶段，或其时限已重新起算，批准不再有意义：请不予批准或撤回。",
      en: "The record has left the stage, or its clock has begun anew, so that approving it would change nothing: refuse it, or let it be withdrawn.",
    },
  };
}

function stateOf({ stage }: EntityModel, state: string): { readonly zh: string; readonly en: string } {
  return stage?.lifecycle.states[state] ?? { zh: state, en: state };
}
