import { Refusal } from "@xianmai/plugin-api";
import type { DatabaseConnection, QueryResult } from "kysely";

/** A change of rows by their keys, as MikroORM writes it at the end of a unit of work. */
const BY_KEY =
  /^(?:update|delete)\s.*\swhere "id" (?:= '[0-9a-f-]{36}'|in \((?<keys>'[0-9a-f-]{36}'(?:, '[0-9a-f-]{36}')*)\))(?: returning .*)?$/s;

/**
 * Sees to it that a unit of work changes every row that it names: PostgreSQL passes over those that the viewer may not write without a word, and
 * the mutation would tell of a success that there was not.
 *
 * @throws Refusal ROW_NOT_WRITABLE from the statement that names one
 */
export function changingAll(connection: DatabaseConnection): DatabaseConnection {
  return {
    executeQuery: async <Row>(query: Parameters<DatabaseConnection["executeQuery"]>[0]): Promise<QueryResult<Row>> => {
      const result = await connection.executeQuery<Row>(query);
      const match = BY_KEY.exec(query.sql);
      if (match === null) return result;
      const named = match.groups?.["keys"]?.split(",").length ?? 1;
      if (Number(result.numAffectedRows ?? 0) < named) throw notWritable(query.sql);
      return result;
    },
    streamQuery: <Row>(...given: Parameters<DatabaseConnection["streamQuery"]>) => connection.streamQuery<Row>(...given),
  };
}

function notWritable(statement: string): Refusal {
  const table = /"([^"]+)"/.exec(statement)?.[1] ?? "";
  return new Refusal(
    "ROW_NOT_WRITABLE",
    {
      zh: `要写入的 ${table} 记录不属于您的单位，或已被删除；什么都没有写入。`,
      en: `A row of ${table} that was to be written is not your units' to change, or is gone; nothing was written.`,
    },
    { zh: "请由所属单位修改，或重新读取后再试。", en: "Ask those whose it is, or read it anew and try again." },
  );
}
