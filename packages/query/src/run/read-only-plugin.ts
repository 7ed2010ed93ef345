import { Refusal } from "@xianmai/plugin-api";
import type { KyselyPlugin, PluginTransformQueryArgs, PluginTransformResultArgs, QueryResult, RootOperationNode, UnknownRow } from "kysely";

/** What raw SQL of a plugin may not say: whatever changes who is asking, or leads around the tables as the request sees them. */
const FORBIDDEN =
  /\bset_config\b|\b(?:set|reset)\s+(?:local|session|role|all|search_path|xm\b|[a-z_.]+\s*(?:=|to)\b)|\b(?:app|past|xm|xmh|pg_catalog|information_schema)"?\s*\./i;

/** Lets a plugin's kysely read the tables of the request and nothing else. It guards against forgetting; the database guards against malice. */
export class ReadOnlyPlugin implements KyselyPlugin {
  /** @throws Refusal DB_READS_ONLY or DB_SCHEMA_NAMED */
  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    if (node.kind !== "SelectQueryNode" && node.kind !== "RawNode") {
      throw new Refusal(
        "DB_READS_ONLY",
        { zh: `db 只能读取，不能执行 ${node.kind}。`, en: `db reads only and runs no ${node.kind}.` },
        { zh: "写入请在 mutation 中用 em。", en: "Write with em, in a mutation." },
      );
    }
    inspect(node);
    return node;
  }

  transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return Promise.resolve(result);
  }
}

/** Walks the whole query, sub-queries included. */
function inspect(part: unknown): void {
  if (typeof part !== "object" || part === null) return;
  if (Array.isArray(part)) {
    for (const item of part) inspect(item);
    return;
  }
  const node = part as { readonly kind?: string; readonly schema?: { readonly name?: string }; readonly sqlFragments?: readonly string[] };
  if (node.kind === "SchemableIdentifierNode" && node.schema !== undefined) throw named(String(node.schema.name));
  const raw = node.kind === "RawNode" ? FORBIDDEN.exec((node.sqlFragments ?? []).join("$")) : null;
  if (raw !== null) throw named(raw[0]);
  for (const value of Object.values(part)) inspect(value);
}

function named(text: string): Refusal {
  return new Refusal(
    "DB_SCHEMA_NAMED",
    { zh: `db 的查询中有 ${text}：不能指定模式，也不能更改设置。`, en: `A query of db says ${text}: it names no schema and sets nothing.` },
    { zh: "表名前不要加模式；当前用户、时间由平台给出。", en: "Name tables alone; the platform says who asks, and when." },
  );
}
