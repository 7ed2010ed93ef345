import type { EntityTypes } from "@xianmai/query";
import { momentIn } from "@xianmai/query";
import { GraphQLInt, GraphQLString, type GraphQLObjectType } from "graphql";

import type { AskedMetric } from "./asked-metric.ts";
import { documentOf, formulaText, linkOf } from "./explain.ts";
import { field, list, objectOf, totalsIn, type MetricTypes } from "./metric-types.ts";
import { rowCount } from "./rows.ts";

/** Makes the object type `MetricExplanation`. */
export function explanationType({ scalars }: EntityTypes, parts: MetricTypes): GraphQLObjectType {
  return objectOf<AskedMetric>("MetricExplanation", "一个数的由来", "How a figure came about", {
    definition: field(parts.text, "口径", "What is counted", ({ model }) => model.metric.definition),
    formula: field(parts.text, "算式", "How it is calculated", ({ model, window }) => formulaText(model, window)),
    from: field(scalars.YearMonth, "自哪个月起计", "The first month that counts", ({ window }) => window.from),
    through: field(scalars.YearMonth, "数据截止", "The last month that counts", ({ through }) => through),
    sums: field(list(parts.total), "由之算出的合计，未舍入", "The sums that it is made of, not rounded", async (asked) =>
      totalsIn({ asked, window: asked.window, figure: await asked.current() }),
    ),
    rowCount: field(GraphQLInt, "由多少条记录计出", "How many rows it was counted from", async (asked) => rowCount(asked)),
    document: field(
      GraphQLString,
      "重新得出此数的查询，指明此刻的数据",
      "The query that gives the same figure again, of the records as they are now",
      async (asked, context) => {
        await asked.current();
        return documentOf(asked, momentIn(context));
      },
    ),
    link: field(GraphQLString, "执行此查询的地址", "The address that answers it", async (asked, context) => {
      await asked.current();
      return linkOf(documentOf(asked, momentIn(context)));
    }),
  });
}
