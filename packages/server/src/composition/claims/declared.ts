import type { Entity, Label, Plugin } from "@xianmai/plugin-api";
import { apiNames, isPointer, snakeCase, stepEvent, stepMutation } from "@xianmai/plugin-api/model";
import { channelJobs, clockAlertNames, PLATFORM_CHANNELS } from "@xianmai/workflow";

import { Claims, nameKinds, type Claimant, type NameKind } from "./claims.ts";

/**
 * Claims every name that plugins declare, and the tables, columns and root fields that follow, after the platform's own.
 * Types that are derived from entities are known once they are made: see `assemble.ts`.
 *
 * @param plugins sorted by dependency, so that whoever builds on another is the one told to rename
 * @throws Refusal that names both culprits
 */
export function claimDeclared(plugins: readonly Plugin[]): Claims {
  const claims = new Claims();
  claimForPlatform(claims);
  for (const plugin of plugins) claimForPlugin(claims, plugin);
  return claims;
}

function claimForPlatform(claims: Claims): void {
  const platform = (zh: string, en: string): Claimant => ({ plugin: undefined, thing: { zh, en }, declaration: claims });
  for (const name of ["platform", "node", "nodes", "metric", "metrics", "jobs", "jobRuns"])
    claims.claim(nameKinds.query, name, platform(`查询 ${name}`, `query ${name}`));
  claims.claim(nameKinds.mutation, "retryJob", platform("变更 retryJob", "mutation retryJob"));
  for (const { name } of channelJobs(new Map())) claims.claim(nameKinds.job, name, platform(`后台任务 ${name}`, `job ${name}`));
  for (const { name } of PLATFORM_CHANNELS) claims.claim(nameKinds.channel, name, platform(`通知渠道 ${name}`, `channel ${name}`));
}

function claimForPlugin(claims: Claims, plugin: Plugin): void {
  const claim = (kind: NameKind, name: string, zh: string, en: string, declaration: unknown): void => {
    claims.claim(kind, name, { plugin: plugin.name, thing: { zh: `${zh} ${name}`, en: `${en} ${name}` }, declaration });
  };
  for (const name of Object.keys(plugin.permissions)) claim(nameKinds.permission, name, "权限", "permission", plugin);
  for (const name of Object.keys(plugin.problems)) claim(nameKinds.problem, name, "问题代码", "problem code", plugin);
  for (const metric of plugin.metrics) claim(nameKinds.metric, metric.name, "指标", "metric", {});
  for (const alert of plugin.alerts) claim(nameKinds.alert, alert.name, "预警", "alert", {});
  for (const screen of plugin.screens) claim(nameKinds.screen, `/screens/${screen.name}`, "大屏", "screen", {});
  for (const job of plugin.jobs) claim(nameKinds.job, job.name, "后台任务", "job", {});
  for (const channel of plugin.channels) claim(nameKinds.channel, channel.name, "通知渠道", "channel", {});
  for (const sheet of plugin.sheets) claim(nameKinds.sheet, sheet.name, "表格", "sheet", {});
  for (const dictionary of plugin.dictionaries) claim(nameKinds.dictionary, dictionary.code, "字典", "dictionary", {});
  for (const entity of plugin.entities) claimForEntity(claims, plugin, entity);
}

function claimForEntity(claims: Claims, plugin: Plugin, entity: Entity): void {
  const { name, head, columns } = entity.definition;
  const names = apiNames(name, head.plural);
  // each claim is a declaration of its own, so that an entity that stands in two plugins is found, and one whose list is called like its row
  const claimant = (thing: Label, declaration: unknown = {}): Claimant => ({ plugin: plugin.name, thing, declaration });
  const own = (): Claimant => claimant({ zh: `实体 ${name}`, en: `entity ${name}` });

  claims.claim(nameKinds.table, snakeCase(name), own());
  claimColumns(claims, plugin, entity);
  claims.claim(nameKinds.type, name, own());
  for (const field of [names.one, names.many, names.aggregates]) claims.claim(nameKinds.query, field, own());
  for (const operation of ["create", "update", "delete"] as const) {
    if (head[operation] !== undefined) claims.claim(nameKinds.mutation, names[operation], own());
  }
  for (const rule of clockAlertNames(entity)) claims.claim(nameKinds.alert, rule, own());
  for (const { choices, lifecycle } of Object.values(columns)) {
    if (choices !== undefined) {
      claims.claim(nameKinds.type, choices.name, claimant({ zh: `选项 ${choices.name}`, en: `choices ${choices.name}` }, choices));
    }
    if (lifecycle === undefined) continue;
    claims.claim(nameKinds.query, names.stages, own());
    claims.claim(nameKinds.type, lifecycle.name, claimant({ zh: `流程 ${lifecycle.name}`, en: `lifecycle ${lifecycle.name}` }, lifecycle));
    for (const [step, declared] of Object.entries(lifecycle.steps)) {
      const thing = claimant({ zh: `流程 ${lifecycle.name} 的步骤 ${step}`, en: `step ${step} of ${lifecycle.name}` }, `${name}.${step}`);
      claims.claim(nameKinds.mutation, stepMutation(name, step), thing);
      claims.claim(nameKinds.subscription, stepEvent(name, declared), thing);
    }
  }
}

/** Two columns may be spelt differently and still be one in PostgreSQL or in a row: `owner`, a reference, and `ownerId`. */
function claimColumns(claims: Claims, plugin: Plugin, { definition: { name, columns } }: Entity): void {
  const table = snakeCase(name);
  for (const reserved of ["id", "xm_from", "xm_to", "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"]) {
    const thing = { zh: `每行都有的列 ${reserved}`, en: `column ${reserved} of every row` };
    claims.claim(nameKinds.column, `${table}.${reserved}`, { plugin: undefined, thing, declaration: claims });
  }
  for (const [column, { kind }] of Object.entries(columns)) {
    const identifier = isPointer(kind) ? `${snakeCase(column)}_id` : snakeCase(column);
    const thing = { zh: `字段 ${name}.${column}`, en: `column ${name}.${column}` };
    claims.claim(nameKinds.column, `${table}.${identifier}`, { plugin: plugin.name, thing, declaration: `${name}.${column}` });
  }
}
