import { Refusal } from "@xianmai/plugin-api";
import type { EntityModel } from "@xianmai/plugin-api/model";
import { parseGlobalId, RawData, type Executor, type RequestContext } from "@xianmai/query";
import { parse } from "graphql";

interface Page {
  readonly rows: {
    readonly nodes: readonly { readonly id: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

/**
 * The ids of the rows that fulfil a filter of the API, such as `{"nature":{"eq":"NEW_START"}}`.
 *
 * @param context whose `readPool` is the snapshot in which the rows are exported
 * @throws Refusal EXPORT_FILTER_INVALID
 */
export async function filteredRows(
  executor: Executor,
  entity: EntityModel,
  filter: string,
  context: RequestContext,
): Promise<ReadonlySet<string>> {
  const variables = { filter: jsonOf(filter) };
  const document = parse(
    `query Export($filter: ${entity.name}Filter, $after: String) {
      rows: ${entity.names.many}(filter: $filter, first: 1000, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
    }`,
  );
  const ids = new Set<string>();
  let after: string | undefined;
  do {
    const { data, errors = [] } = await executor.execute({ document, variables: { ...variables, after }, context });
    const [error] = errors;
    if (error?.extensions["code"] === "BAD_USER_INPUT") throw invalid(filter, error.message);
    if (error !== undefined) throw error.originalError ?? error;
    const { rows } = (data instanceof RawData ? data.toJSON() : data) as Page;
    for (const { id } of rows.nodes) ids.add(parseGlobalId(id)?.uuid ?? "");
    after = rows.pageInfo.hasNextPage ? rows.pageInfo.endCursor : undefined;
  } while (after !== undefined);
  return ids;
}

function jsonOf(text: string): unknown {
  try {
    const filter: unknown = JSON.parse(text);
    if (typeof filter === "object" && filter !== null && !Array.isArray(filter)) return filter;
  } catch {
    // it is none either
  }
  throw invalid(text, "JSON");
}

function invalid(filter: string, why: string): Refusal {
  return new Refusal(
    "EXPORT_FILTER_INVALID",
    { zh: `条件 ${filter} 无法使用：${why}。`, en: `The filter ${filter} cannot be used: ${why}.` },
    {
      zh: '请按接口的 filter 写成 JSON，如 {"nature":{"eq":"NEW_START"}}。',
      en: 'Write it as JSON, as the filter of the API: {"nature":{"eq":"NEW_START"}}.',
    },
  );
}
