import { Refusal } from "@xianmai/plugin-api";
import type { KyselyPlugin, PluginTransformQueryArgs, PluginTransformResultArgs, QueryResult, RootOperationNode, UnknownRow } from "kysely";

import type { GrowingReadSet } from "../reads/read-set.ts";

/** What raw SQL of a plugin may not say: whatever changes who is asking, or leads around the tables as the request sees them. */
const FORBIDDEN =
  /\bset_config\b|\b(?:set|reset)\s+(?:local|session|role|all|search_path|xm\b|[a-z_.]+\s*(?:=|to)\b)|\b(?:app|past|xm|xmh|pg_catalog|information_schema)"?\s*\./i;

/** Functions and words whose value is another each time: an answer made with them could not be kept, nor repeated as of a moment. */
const VOLATILE =
  /\b(?:now|random|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|gen_random_uuid|uuidv[47]|nextval|setval|random_normal)\s*\(|\b(?:current_date|current_time|current_timestamp|localtime|localtimestamp)\b/i;

/** Words and calls by which SQL of a plugin's own could read what no node of its query names; `desc` and the like could not. */
const READS = /\b(?:select|from|join|table|using|with)\b|[\w"]\s*\(/i;

/** Lets a plugin's kysely read the tables of the request and nothing else. It guards against forgetting; the database guards against malice. */
export class ReadOnlyPlugin implements KyselyPlugin {
  readonly #reads: GrowingReadSet;

  /** @param reads is told which tables are read, and of SQL in the plugin's own words, which could read any */
  constructor(reads: GrowingReadSet) {
    this.#reads = reads;
  }

  /** @throws Refusal DB_READS_ONLY, DB_SCHEMA_NAMED, DB_NOT_REPEATABLE */
  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    if (node.kind !== "SelectQueryNode" && node.kind !== "RawNode") {
      throw new Refusal(
        "DB_READS_ONLY",
        { zh: `db 只能读取，不能执行 ${node.kind}。`, en: `db reads only and runs no ${node.kind}.` },
        { zh: "写入请在 mutation 中用 em。", en: "Write with em, in a mutation." },
      );
    }
    inspect(node, this.#reads);
    return node;
  }

  transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return Promise.resolve(result);
  }
}

/** Walks the whole query, sub-queries included. @param source whether a table that is named is read there; a column names one that is read elsewhere, or its alias */
function inspect(part: unknown, reads: GrowingReadSet, source = true): void {
  if (typeof part !== "object" || part === null) return;
  if (Array.isArray(part)) {
    for (const item of part) inspect(item, reads, source);
    return;
  }
  const node = part as Inspected;
  if (node.kind === "SchemableIdentifierNode" && node.schema !== undefined) throw named(String(node.schema.name));
  if (node.kind === "TableNode" && source) reads.addTable(String(node.table?.identifier?.name));
  if (node.kind === "FunctionNode" && VOLATILE.test(`${node.func}(`)) throw unrepeatable(String(node.func));
  if (node.kind === "RawNode") inspectText((node.sqlFragments ?? []).join("$"), reads);
  for (const value of Object.values(part)) inspect(value, reads, source && node.kind !== "ReferenceNode");
}

/** What is read of kysely's nodes. */
interface Inspected {
  readonly kind?: string;
  readonly schema?: { readonly name?: string };
  readonly table?: { readonly identifier?: { readonly name?: string } };
  readonly func?: string;
  readonly sqlFragments?: readonly string[];
}

function inspectText(text: string, reads: GrowingReadSet): void {
  const forbidden = FORBIDDEN.exec(text);
  if (forbidden !== null) throw named(forbidden[0]);
  const volatile = VOLATILE.exec(text);
  if (volatile !== null) throw unrepeatable(volatile[0].replace(/\s*\($/, ""));
  if (READS.test(text)) reads.complete = false;
}

function unrepeatable(word: string): Refusal {
  return new Refusal(
    "DB_NOT_REPEATABLE",
    { zh: `db 的查询中有 ${word}：每次的值都不同，答案无法复现。`, en: `A query of db says ${word}, which gives another value each time.` },
    { zh: "时间请用 clock 取得后作为参数传入。", en: "Take the time from the context's clock, and hand it over as a parameter." },
  );
}

function named(text: string): Refusal {
  return new Refusal(
    "DB_SCHEMA_NAMED",
    { zh: `db 的查询中有 ${text}：不能指定模式，也不能更改设置。`, en: `A query of db says ${text}: it names no schema and sets nothing.` },
    { zh: "表名前不要加模式；当前用户、时间由平台给出。", en: "Name tables alone; the platform says who asks, and when." },
  );
}
