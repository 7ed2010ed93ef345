import { Refusal, type Label } from "@xianmai/plugin-api";
import { upperFirst } from "@xianmai/plugin-api/model";

/** Who wants a name: a plugin, or `undefined` for the platform itself, and which of its declarations. */
export interface Claimant {
  readonly plugin: string | undefined;
  /** `{ zh: "实体 Project", en: "entity Project" }` */
  readonly thing: Label;
  /** The same declaration may claim its name more than once, such as choices that two entities use. */
  readonly declaration: unknown;
}

/** A room of names in which each may be taken once. */
export interface NameKind {
  /** The refusal's code: `TYPE_TAKEN`. */
  readonly code: string;
  readonly label: Label;
}

/** The rooms of names of one composition. */
export const nameKinds = {
  type: { code: "TYPE_TAKEN", label: { zh: "GraphQL 类型", en: "GraphQL type" } },
  query: { code: "ROOT_FIELD_TAKEN", label: { zh: "查询字段", en: "query field" } },
  mutation: { code: "ROOT_FIELD_TAKEN", label: { zh: "变更字段", en: "mutation field" } },
  subscription: { code: "ROOT_FIELD_TAKEN", label: { zh: "订阅字段", en: "subscription field" } },
  table: { code: "TABLE_TAKEN", label: { zh: "数据表", en: "table" } },
  column: { code: "COLUMN_TAKEN", label: { zh: "数据列", en: "column" } },
  field: { code: "FIELD_TAKEN", label: { zh: "类型字段", en: "field" } },
  permission: { code: "PERMISSION_TAKEN", label: { zh: "权限", en: "permission" } },
  metric: { code: "METRIC_TAKEN", label: { zh: "指标", en: "metric" } },
  alert: { code: "ALERT_TAKEN", label: { zh: "预警", en: "alert" } },
  screen: { code: "SCREEN_TAKEN", label: { zh: "大屏路径", en: "screen route" } },
  sheet: { code: "SHEET_TAKEN", label: { zh: "表格名称", en: "sheet name" } },
  dictionary: { code: "DICTIONARY_TAKEN", label: { zh: "字典代码", en: "dictionary code" } },
  job: { code: "JOB_TAKEN", label: { zh: "后台任务", en: "job" } },
  channel: { code: "CHANNEL_TAKEN", label: { zh: "通知渠道", en: "channel" } },
  problem: { code: "PROBLEM_TAKEN", label: { zh: "问题代码", en: "problem code" } },
} as const satisfies Readonly<Record<string, NameKind>>;

/** Every name of one composition with whoever holds it. The first to come keeps a name, the second is refused. */
export class Claims {
  readonly #held = new Map<string, Claimant>();

  /** @throws Refusal that names both culprits when another declaration holds the name already */
  claim(kind: NameKind, name: string, claimant: Claimant): void {
    const key = `${kind.code} ${kind.label.en} ${name}`;
    const holder = this.#held.get(key);
    if (holder === undefined) this.#held.set(key, claimant);
    else if (holder.declaration !== claimant.declaration) throw taken(kind, name, holder, claimant);
  }

  /** Who holds a name; `undefined` when it is free. */
  holder(kind: NameKind, name: string): Claimant | undefined {
    return this.#held.get(`${kind.code} ${kind.label.en} ${name}`);
  }
}

/** The refusal of a name that two want. */
export function taken(kind: NameKind, name: string, holder: Claimant, claimant: Claimant): Refusal {
  return new Refusal(
    kind.code,
    {
      zh: `${inChinese(holder)}与${inChinese(claimant)}都要使用${kind.label.zh} ${name}。`,
      en: `${upperFirst(inEnglish(holder))} and ${inEnglish(claimant)} both claim the ${kind.label.en} ${name}.`,
    },
    remedy(holder, claimant),
  );
}

function remedy(holder: Claimant, claimant: Claimant): Label {
  if (holder.plugin === undefined || claimant.plugin === undefined) {
    const { thing } = holder.plugin === undefined ? claimant : holder;
    return { zh: `平台保留此名，请给${thing.zh}改名。`, en: `The platform keeps that name: rename ${thing.en}.` };
  }
  if (holder.plugin === claimant.plugin) return { zh: "请给其中一个改名。", en: "Rename one of them." };
  return {
    zh: `请给其中一个改名，或不要同时启用插件 ${holder.plugin} 和 ${claimant.plugin}。`,
    en: `Rename one of them, or do not enable plugins ${holder.plugin} and ${claimant.plugin} together.`,
  };
}

function inChinese({ plugin, thing }: Claimant): string {
  return plugin === undefined ? `平台的${thing.zh}` : `插件 ${plugin} 的${thing.zh}`;
}

function inEnglish({ plugin, thing }: Claimant): string {
  return plugin === undefined ? `${thing.en} of the platform` : `${thing.en} of plugin ${plugin}`;
}
