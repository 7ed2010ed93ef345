import type { Alert, Clock } from "@xianmai/plugin-api";
import type { EntityModel, Model } from "@xianmai/plugin-api/model";
import { InputError, rowsThat, type EntityTypes, type FindingStatement } from "@xianmai/query";

import { clockAlertNames } from "./clock-alerts.ts";
import { concernedBy, concernedByClock, concernPath, unitOfPeople, type Concerned, type Offices } from "./concerned.ts";
import { daysOf } from "./days.ts";
import { invalid, withoutOffices, type AlertPlace } from "./refusals.ts";

/** What is watched: the rows of an entity, by a declared alert or by their clocks. */
interface Rule {
  readonly entity: EntityModel;
  readonly concerned: Concerned;
  /** The names of the alerts that it gives. */
  readonly names: readonly string[];
}

/** A declared alert with everything resolved. */
export interface DeclaredRule extends Rule {
  readonly kind: "declared";
  readonly alert: Alert;
  /** The statement that finds the rows for which it holds, and whether that depends on the day. */
  readonly find: (clock: Pick<Clock, "today">) => FindingStatement & { readonly byDay: boolean };
  /** The tables, beside the entity's own, whose changes may change for which rows it holds, or whom it concerns. */
  readonly looksAt: ReadonlySet<string>;
}

/** The clocks of an entity. */
export interface ClockRule extends Rule {
  readonly kind: "clocks";
  readonly stage: NonNullable<EntityModel["stage"]>;
}

/** Either. */
export type AlertRule = DeclaredRule | ClockRule;

/**
 * Resolves the alerts of the enabled plugins against their entities, and those that clocks give by themselves where somebody provides units and people.
 *
 * @throws Refusal ALERT_INVALID, PROVIDER_MISSING: what a compiler would have said to whoever asks none
 */
export function resolveAlerts(model: Model, types: Pick<EntityTypes, "readings">): readonly AlertRule[] {
  const { units, people } = model;
  const offices = units === undefined || people === undefined ? undefined : { units, people };
  const declared = model.plugins.flatMap((plugin) =>
    plugin.alerts.map((alert) => {
      const place = { plugin: plugin.name, alert: alert.name };
      if (offices === undefined) throw withoutOffices(place);
      return declaredRule(model, types, offices, place, alert);
    }),
  );
  return offices === undefined ? declared : [...declared, ...model.entities.flatMap((entity) => clockRule(model, offices, entity))];
}

function declaredRule(model: Model, types: Pick<EntityTypes, "readings">, offices: Offices, at: AlertPlace, alert: Alert): DeclaredRule {
  const entity = model.entities.find((candidate) => candidate.entity === alert.entity);
  if (entity === undefined) {
    const { name } = alert.entity.definition;
    throw invalid(
      at,
      `实体 ${name} 没有启用`,
      `its entity ${name} is not enabled`,
      "请启用声明它的插件",
      "Enable the plugin that declares it",
    );
  }
  for (const [list, listed] of Object.entries(alert.lists)) {
    const inverse = entity.inverses.find(({ name }) => name === list);
    if (inverse?.entity.entity === listed) continue;
    const { name } = listed.definition;
    throw invalid(
      at,
      `${entity.name} 没有 ${name} 的列表 ${list}`,
      `${entity.name} has no list ${list} of ${name}`,
      "请改正 lists",
      "Correct lists",
    );
  }
  const paths = alert.concerns.map((concern) => {
    const path = concernPath(offices, entity, concern);
    if (path !== undefined && (path.to === "unit" || unitOfPeople(offices) !== undefined)) return path;
    throw invalid(
      at,
      `concerns 中的 ${concern} 不指向单位，也不指向有单位的人员`,
      `${concern} in concerns leads to no unit, and to no official who has one`,
      "请写指向单位或人员的字段，至多经过一个引用",
      "Name a reference to a unit or an official, through one other reference at most",
    );
  });
  const concerned = concernedBy(offices, paths);
  const find: DeclaredRule["find"] = (clock) => {
    const { days, asked } = daysOf(clock);
    return { ...rowsThat(types, entity, alert.when(days)), byDay: asked() };
  };
  const { looksAt } = tried(at, () => find({ today: () => "2023-01-01" as ReturnType<Clock["today"]> }));
  return {
    kind: "declared",
    alert,
    entity,
    concerned,
    names: [alert.name],
    find,
    looksAt: new Set([...concerned.looksAt, ...looksAt.map(({ table }) => table)]),
  };
}

function tried<Made>(at: AlertPlace, make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    const [zh, en] = error instanceof InputError ? [error.label.zh, error.label.en] : [String(error), String(error)];
    throw invalid(at, `条件无效：${zh}`, `its condition is none: ${en}`, "请改正条件", "Correct the condition");
  }
}

function clockRule(model: Model, offices: Offices, entity: EntityModel): readonly ClockRule[] {
  const { stage } = entity;
  const names = clockAlertNames(entity.entity);
  if (stage === undefined || names.length === 0 || model.calendar === undefined) return [];
  return [{ kind: "clocks", entity, stage, names, concerned: concernedByClock(model, offices, entity) }];
}
