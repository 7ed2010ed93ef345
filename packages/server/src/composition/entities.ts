import { Refusal, type Column, type ColumnKind, type Entity, type Label, type Plugin } from "@xianmai/plugin-api";

const namesARow: readonly ColumnKind[] = ["text", "integer", "date", "yearMonth", "choice", "entry", "reference"];
const sorts = (kind: ColumnKind): boolean => kind !== "texts";

/**
 * Checks what an entity's head says of its columns: title, natural key, order, permissions; and that it has at most one stage.
 *
 * @param permissions every permission that an enabled plugin declares
 * @throws Refusal COLUMN_UNKNOWN, HEAD_INVALID, STAGE_TWICE, PERMISSION_UNKNOWN
 */
export function checkEntity(plugin: Plugin, entity: Entity, permissions: ReadonlySet<string>): void {
  const { name, head, columns } = entity.definition;
  const column = (of: string, where: Label): Column => columns[of] ?? unknown(plugin, name, of, where);

  const title = column(head.title, { zh: "标题（title）", en: "title" });
  if (title.kind !== "text") throw headInvalid(plugin, name, "title", head.title, { zh: "一个文本字段", en: "a text column" });

  for (const key of listOf(head.key)) {
    const found = column(key, { zh: "自然键（key）", en: "key" });
    if (!namesARow.includes(found.kind)) {
      throw headInvalid(plugin, name, "key", key, {
        zh: `${namesARow.join("、")} 类的字段`,
        en: `columns of kind ${namesARow.join(", ")}`,
      });
    }
    // two rows that lack it would both be new to an import
    if (found.options.optional === true) throw headInvalid(plugin, name, "key", key, { zh: "必填字段", en: "required columns" });
  }
  if (head.order !== undefined && !sorts(column(head.order, { zh: "排序（order）", en: "order" }).kind)) {
    throw headInvalid(plugin, name, "order", head.order, { zh: "单值字段", en: "a column of one value" });
  }
  for (const known of head.knownAs ?? []) column(known, { zh: "别名（knownAs）", en: "knownAs" });

  for (const [operation, permission] of Object.entries({ create: head.create, update: head.update, delete: head.delete })) {
    if (permission !== undefined) {
      checkPermission(plugin, permission, { zh: `实体 ${name} 的 ${operation}`, en: `${operation} of ${name}` }, permissions);
    }
  }
  const stages = Object.entries(columns).filter(([, { kind }]) => kind === "stage");
  const [first, second] = stages;
  if (first !== undefined && second !== undefined) throw stageTwice(plugin, name, first[0], second[0]);
}

/** @throws Refusal PERMISSION_UNKNOWN when no enabled plugin declares it */
export function checkPermission(plugin: Plugin, permission: string, thing: Label, permissions: ReadonlySet<string>): void {
  if (permissions.has(permission)) return;
  throw new Refusal(
    "PERMISSION_UNKNOWN",
    {
      zh: `插件 ${plugin.name} 中${thing.zh}要求权限 ${permission}，但启用的插件都没有声明它。`,
      en: `${thing.en} in plugin ${plugin.name} asks for permission ${permission}, which no enabled plugin declares.`,
    },
    {
      zh: `请在 ${plugin.name} 的 permissions 中声明 ${permission}，或改正名称。`,
      en: `Declare ${permission} in permissions of ${plugin.name}, or correct the name.`,
    },
  );
}

/** One name, several or none, as a list. */
export function listOf(names: string | readonly string[] | undefined): readonly string[] {
  if (names === undefined) return [];
  return typeof names === "string" ? [names] : names;
}

/** The refusal of a name that an entity's columns do not know; typed so that it can stand where a column is expected. @throws always */
export function unknown(plugin: Plugin, entity: string, column: string, where: Label): never {
  throw new Refusal(
    "COLUMN_UNKNOWN",
    {
      zh: `插件 ${plugin.name} 中实体 ${entity} 的${where.zh}提到字段 ${column}，但没有声明它。`,
      en: `The ${where.en} of entity ${entity} in plugin ${plugin.name} names column ${column}, which is not declared.`,
    },
    { zh: `请声明 ${column}，或改正名称。`, en: `Declare ${column}, or correct the name.` },
  );
}

function headInvalid(plugin: Plugin, entity: string, member: string, column: string, wanted: Label): Refusal {
  return new Refusal(
    "HEAD_INVALID",
    {
      zh: `插件 ${plugin.name} 中实体 ${entity} 的 ${member} 不能是 ${column}。`,
      en: `The ${member} of entity ${entity} in plugin ${plugin.name} cannot be ${column}.`,
    },
    { zh: `请选用${wanted.zh}。`, en: `It takes ${wanted.en}.` },
  );
}

function stageTwice(plugin: Plugin, entity: string, first: string, second: string): Refusal {
  return new Refusal(
    "STAGE_TWICE",
    {
      zh: `插件 ${plugin.name} 中实体 ${entity} 有两个流程字段：${first} 与 ${second}。`,
      en: `Entity ${entity} of plugin ${plugin.name} has two stage columns: ${first} and ${second}.`,
    },
    {
      zh: "请只保留一个，另一个改为 column.choice，或移到另一实体。",
      en: "Keep one; make the other a column.choice, or move it to an entity of its own.",
    },
  );
}
