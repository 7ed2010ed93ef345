import type { CalendarDate, Label, Problem, StepDeclaration } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel, Model } from "@xianmai/plugin-api/model";

import { sourcesOf } from "./permits.ts";

/** The row is in a stage from which the step does not lead. */
export function cannotStep(entity: EntityModel, step: StepDeclaration, from: string): Problem {
  const states = entity.stage?.lifecycle.states ?? {};
  const sources = sourcesOf(step);
  const named = (state: string, language: keyof Label): string => `${states[state]?.[language] ?? state}`;
  return {
    code: "STEP_NOT_AVAILABLE",
    path: ["input", "id"],
    message: {
      zh: `当前阶段为“${named(from, "zh")}”，不能“${step.zh}”：须先处于${sources.map((state) => `“${named(state, "zh")}”`).join("或")}。`,
      en: `It is at the stage "${named(from, "en")}", where "${step.en}" cannot be done: it must be at ${sources.map((state) => `"${named(state, "en")}"`).join(" or ")} first.`,
    },
  };
}

/** A step is dated after today. */
export function inTheFuture(on: CalendarDate, today: CalendarDate): Problem {
  return {
    code: "DATE_IN_FUTURE",
    path: ["input", "on"],
    message: {
      zh: `日期 ${on} 晚于今天 ${today}：请填写已经发生的日期。`,
      en: `${on} is later than today, ${today}: give the day on which it happened.`,
    },
  };
}

/** A step that must give its reason does not. */
export function reasonMissing(step: StepDeclaration): Problem {
  return {
    code: "REASON_REQUIRED",
    path: ["input", "reason"],
    message: { zh: `“${step.zh}”须说明原因：请填写 reason。`, en: `"${step.en}" must say why: give a reason.` },
  };
}

/** What a step requires is neither in the row nor given with it: one problem for each column, at its place in the input where it has one. */
export function valuesMissing({ takes = [], zh, en }: StepDeclaration, columns: readonly ColumnModel[]): readonly Problem[] {
  return columns.map(({ name, label }) => {
    const taken = takes.includes(name);
    return {
      code: "STEP_REQUIRES",
      path: ["input", taken ? name : "id"],
      message: {
        zh: `“${zh}”须先有“${label.zh}”：请${taken ? `填写 ${name}` : `先修改该记录，填写 ${name}`}。`,
        en: `"${en}" requires "${label.en}": ${taken ? `give ${name}` : `change the row first, and give ${name}`}.`,
      },
    };
  });
}

/** A plugin's guard says no; the plugin that declares the code says what it means. */
export function guardRefused(model: Model, code: string): Problem {
  const message = model.plugins.map(({ problems }) => problems[code]).find((found) => found !== undefined);
  return { code, path: ["input", "id"], message: message ?? { zh: `规则不允许（${code}）。`, en: `A rule does not allow it (${code}).` } };
}
