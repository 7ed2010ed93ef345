import { Refusal, type Label, type Plugin } from "@xianmai/plugin-api";
import { snakeCase } from "@xianmai/plugin-api/model";

/** How a kind of name is written. */
interface Manner {
  readonly pattern: RegExp;
  readonly label: Label;
  readonly example: string;
}

const manners = {
  kebab: { pattern: /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, label: { zh: "小写连字符", en: "lower-kebab" }, example: "business-environment" },
  pascal: { pattern: /^[A-Z][A-Za-z0-9]*$/, label: { zh: "大驼峰", en: "PascalCase" }, example: "ProgressReport" },
  camel: { pattern: /^[a-z][A-Za-z0-9]*$/, label: { zh: "小驼峰", en: "camelCase" }, example: "startDeadline" },
  upper: { pattern: /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/, label: { zh: "大写下划线", en: "UPPER_SNAKE" }, example: "UNDER_CONSTRUCTION" },
  permission: {
    pattern: /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)+$/,
    label: { zh: "事物.动作", en: "thing.verb" },
    example: "blocker.handle",
  },
} as const satisfies Readonly<Record<string, Manner>>;

/** What the platform calls itself, in the files of schema/ and elsewhere. */
const RESERVED: readonly string[] = ["xianmai", "schema", "database"];

/** PostgreSQL cuts longer identifiers, and the names of indexes and constraints are made from tables and columns: both get half. */
const LONGEST_IDENTIFIER = 48;

/**
 * Holds every name that a plugin makes up against the manner in which its kind is written.
 *
 * @throws Refusal NAME_INVALID, NAME_TOO_LONG, NAME_RESERVED
 */
export function checkNames(plugin: Plugin): void {
  const check = (manner: Manner, name: string, thing: Label): void => {
    if (!manner.pattern.test(name)) throw invalid(plugin, manner, name, thing);
  };
  check(manners.kebab, plugin.name, { zh: "插件名", en: "the plugin's name" });
  if (RESERVED.includes(plugin.name)) throw reserved(plugin);
  for (const name of Object.keys(plugin.permissions)) check(manners.permission, name, { zh: "权限", en: "a permission" });
  for (const name of Object.keys(plugin.problems)) check(manners.upper, name, { zh: "问题代码", en: "a problem code" });
  for (const { name } of plugin.metrics) check(manners.camel, name, { zh: "指标", en: "a metric" });
  for (const { name } of plugin.alerts) check(manners.camel, name, { zh: "预警", en: "an alert" });
  for (const { name } of plugin.screens) check(manners.kebab, name, { zh: "大屏名称", en: "a screen" });
  for (const { name } of plugin.sheets) check(manners.kebab, name, { zh: "表格名称", en: "a sheet" });
  for (const { name, entity } of plugin.fields)
    check(manners.camel, name, memberOf(entity.definition.name, "增加的字段", "an added field"));
  for (const { code, entries } of plugin.dictionaries) {
    check(manners.kebab, code, { zh: "字典代码", en: "a dictionary code" });
    for (const entry of Object.keys(entries))
      check(manners.kebab, entry, { zh: `字典 ${code} 的条目代码`, en: `an entry of dictionary ${code}` });
  }
  for (const { definition } of plugin.entities) checkEntity(plugin, definition, check);
}

type Check = (manner: Manner, name: string, thing: Label) => void;

function checkEntity(plugin: Plugin, { name: entity, head, columns, files }: Plugin["entities"][number]["definition"], check: Check): void {
  check(manners.pascal, entity, { zh: "实体名", en: "an entity" });
  if (head.plural !== undefined) check(manners.camel, head.plural, memberOf(entity, "列表名", "the plural"));
  checkLength(plugin, entity, { zh: "实体名", en: "an entity" });
  for (const name of Object.keys(files)) check(manners.camel, name, memberOf(entity, "文件字段", "a field of files"));
  for (const [name, column] of Object.entries(columns)) {
    check(manners.camel, name, memberOf(entity, "字段", "a column"));
    checkLength(plugin, name, memberOf(entity, "字段", "a column"));
    if (column.options.inverse !== undefined) check(manners.camel, column.options.inverse, memberOf(entity, "反向列表", "an inverse"));
    if (column.choices !== undefined) {
      const { name: choices, values } = column.choices;
      check(manners.pascal, choices, { zh: "选项名", en: "choices" });
      for (const value of Object.keys(values)) check(manners.upper, value, { zh: `选项 ${choices} 的值`, en: `a value of ${choices}` });
    }
    if (column.lifecycle !== undefined) {
      const { name: lifecycle, states, steps } = column.lifecycle;
      check(manners.pascal, lifecycle, { zh: "流程名", en: "a lifecycle" });
      for (const state of Object.keys(states))
        check(manners.upper, state, { zh: `流程 ${lifecycle} 的状态`, en: `a state of ${lifecycle}` });
      for (const [step, { event }] of Object.entries(steps)) {
        check(manners.camel, step, { zh: `流程 ${lifecycle} 的步骤`, en: `a step of ${lifecycle}` });
        if (event !== undefined) check(manners.camel, event, { zh: `流程 ${lifecycle} 的事件`, en: `an event of ${lifecycle}` });
      }
    }
  }
}

function memberOf(entity: string, zh: string, en: string): Label {
  return { zh: `实体 ${entity} 的${zh}`, en: `${en} of ${entity}` };
}

function checkLength(plugin: Plugin, name: string, thing: Label): void {
  const identifier = snakeCase(name);
  if (identifier.length <= LONGEST_IDENTIFIER) return;
  throw new Refusal(
    "NAME_TOO_LONG",
    {
      zh: `插件 ${plugin.name} 中${thing.zh} ${name} 在数据库中是 ${identifier}，长 ${identifier.length} 个字符。`,
      en: `${name}, ${thing.en} in plugin ${plugin.name}, is ${identifier} in the database, ${identifier.length} characters long.`,
    },
    { zh: `请缩短到 ${LONGEST_IDENTIFIER} 个字符以内。`, en: `Shorten it to ${LONGEST_IDENTIFIER} characters.` },
  );
}

function reserved({ name }: Plugin): Refusal {
  return new Refusal(
    "NAME_RESERVED",
    { zh: `插件名 ${name} 由平台保留。`, en: `The platform keeps the name ${name}, which a plugin has.` },
    { zh: "请给插件改名。", en: "Rename the plugin." },
  );
}

function invalid(plugin: Plugin, manner: Manner, name: string, thing: Label): Refusal {
  return new Refusal(
    "NAME_INVALID",
    {
      zh: `插件 ${plugin.name} 中${thing.zh} ${name} 写法不对。`,
      en: `${name === "" ? "(empty)" : name}, ${thing.en} in plugin ${plugin.name}, is not written as such names are.`,
    },
    { zh: `请用${manner.label.zh}写法，如 ${manner.example}。`, en: `Write it in ${manner.label.en}, like ${manner.example}.` },
  );
}
