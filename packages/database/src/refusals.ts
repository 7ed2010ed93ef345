import { Refusal, type Label } from "@xianmai/plugin-api";
import { DatabaseError } from "pg";

/** Says what PostgreSQL said, in its own words, which are English. */
export function databaseWords(error: unknown): string {
  if (!(error instanceof DatabaseError)) return error instanceof Error ? error.message : String(error);
  return [error.message, error.detail, error.hint].filter((part) => part !== undefined).join(" — ");
}

/** A migration's statement failed; everything is as it was. */
export function migrationFailed(plugin: string, id: string, statement: string, error: unknown): Refusal {
  const line = statement.split("\n")[0] ?? "";
  return new Refusal(
    "MIGRATION_FAILED",
    {
      zh: `插件 ${plugin} 的迁移 ${id} 在语句“${line}”处失败：${databaseWords(error)}。数据库保持原样。`,
      en: `Migration ${id} of plugin ${plugin} failed at "${line}": ${databaseWords(error)}. The database is as it was.`,
    },
    remedyFor(error),
    { cause: error },
  );
}

/** What stands on the tables could not be put right; everything is as it was. */
export function captureNotRenewed(tables: readonly string[], error: unknown): Refusal {
  return new Refusal(
    "CAPTURE_NOT_RENEWED",
    {
      zh: `表 ${tables.join("、")} 的变更捕获不完整，且无法重新安装：${databaseWords(error)}。数据库保持原样。`,
      en: `The capture of ${tables.join(", ")} is not as it should be, and could not be renewed: ${databaseWords(error)}. The database is as it was.`,
    },
    TABLE_HELD,
    { cause: error },
  );
}

const TABLE_HELD: Label = {
  zh: "若另有会话长时间占用这张表，请结束它（见 pg_stat_activity），再启动一次。",
  en: "If another session holds a table for long, end it (see pg_stat_activity), then start again.",
};

function remedyFor(error: unknown): Label {
  const code = error instanceof DatabaseError ? error.code : undefined;
  const where = error instanceof DatabaseError ? [error.table, error.column].filter((part) => part !== undefined).join(".") : "";
  switch (code) {
    case "23502":
      return {
        zh: `${where} 有没有值的行：请在迁移中先以可空方式增加该字段、填好已有的行，再设为必填；或为字段声明默认值。`,
        en: `Rows have no value for ${where}: in the migration add the column as optional, fill the rows, then make it required; or declare a default.`,
      };
    case "23505":
    case "23514":
    case "23503":
      return {
        zh: `请先改正${where === "" ? "" : ` ${where} 中`}与新规则不符的行，或在迁移中加入改正它们的语句。`,
        en: `Correct the rows${where === "" ? "" : ` of ${where}`} that do not fit the new rule first, or add statements to the migration that do.`,
      };
    case "55P03":
      return TABLE_HELD;
    default:
      return { zh: "请改正该迁移文件后再启动一次。", en: "Correct the migration's file, then start again." };
  }
}
