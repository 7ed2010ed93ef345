import type { ReadContext, YearMonth } from "@xianmai/plugin-api";
import { byFieldName, type EntityTypes } from "@xianmai/query";
import {
  GraphQLBoolean,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLFieldConfigMap,
} from "graphql";

import type { AskedMetric } from "./asked-metric.ts";
import { dimensionIn } from "./dimension-in.ts";
import { explanationType } from "./explanation-type.ts";
import {
  argument,
  field,
  list,
  objectOf,
  optional,
  targetIn,
  totalsIn,
  unitText,
  type MetricTypes,
  type ShownChange,
  type ShownFigure,
  type ShownPoint,
} from "./metric-types.ts";
import { january, monthsLater, pointsBetween, windowOf, type Period } from "./months.ts";
import { seriesBackwards, seriesTooLong } from "./refusals.ts";
import { cursorAt, rowsBehind, ROWS, type CountedRow, type CountedRows } from "./rows.ts";

/** The most periods that one series has. */
const LONGEST_SERIES = 120;

type Given = Readonly<Record<string, unknown>>;
type Fields = GraphQLFieldConfigMap<AskedMetric, ReadContext>;

/** Makes the object type `Metric`. */
export function metricObject(types: EntityTypes, parts: MetricTypes): GraphQLObjectType {
  const { scalars } = types;
  const fields: Fields = {
    name: field(GraphQLString, "名称", "Its name", ({ model }) => model.metric.name),
    label: field(GraphQLString, "显示名", "What it is called", ({ model }, { language }) => model.metric.label[language]),
    unit: field(GraphQLString, "单位", "Its unit", ({ model }, { language }) => unitText(model.metric.unit, language)),
    digits: optional(
      GraphQLInt,
      "保留几位小数；为空则不舍入",
      "The decimals that are shown; all of them where null",
      ({ model }) => model.digits ?? null,
    ),
    definition: field(GraphQLString, "口径", "What is counted", ({ model }, { language }) => model.metric.definition[language]),
    through: field(scalars.YearMonth, "数据截止", "The month through which it counts", ({ through }) => through),
    dimensions: field(list(parts.dimension), "可按之分组的维度", "What it can be broken down by", ({ model }) => model.dimensions),
    value: optional(
      scalars.Decimal,
      "数值：按单位，精确计算，只舍入一次；无可除时为空",
      "The figure in its unit, exact and rounded once; null where there is nothing to divide by",
      async (asked) => (await asked.current()).value,
    ),
    sums: field(list(parts.total), "由之算出的合计：比率有两项", "The sums that it is made of; a ratio has two", async (asked) =>
      totalsIn({ asked, window: asked.window, figure: await asked.current() }),
    ),
    target: optional(parts.target, "目标；没有则为空", "What it should come to; null where nothing says so", async (asked) =>
      targetIn({ asked, window: asked.window, figure: await asked.current() }),
    ),
    series: {
      ...field(list(parts.point), "各期的数值", "The figure of each period", () => []),
      args: { ...periodArguments(parts), ...monthArguments(types) },
      resolve: series,
    },
    byDimension: {
      ...field(
        list(parts.part),
        "按一个维度分组；各组合计等于总计",
        "The parts by a dimension; their sums are those of the whole",
        () => [],
      ),
      args: { dimension: argument(new GraphQLNonNull(GraphQLString), "维度名称", "The dimension's name") },
      resolve: async (asked, given: Given) => {
        const dimension = dimensionIn(asked.model, String(given["dimension"]));
        return (await asked.parts(dimension)).map((figure): ShownFigure => ({ asked, window: asked.window, figure }));
      },
    },
    change: {
      ...field(parts.change, "与上一期或上年同期相比", "Beside the period before, or the year before", () => undefined),
      args: {
        before: argument(new GraphQLNonNull(parts.before), "与何时相比", "What it is compared with"),
        ...periodArguments(parts),
      },
      resolve: change,
    },
    rows: {
      ...field(
        rowsType(types),
        "由之计出的记录，依次为各项合计的记录",
        "The rows that it was counted from, those of each sum in turn",
        () => undefined,
      ),
      args: {
        first: argument(GraphQLInt, `取多少条，最多 ${ROWS.most}`, `How many, at most ${ROWS.most}`, ROWS.usual),
        after: argument(GraphQLString, "在此游标之后", "After this cursor"),
      },
      resolve: async (asked, given: Given) =>
        rowsBehind(asked, { first: Number(given["first"] ?? ROWS.usual), after: (given["after"] ?? undefined) as string | undefined }),
    },
    explain: field(explanationType(types, parts), "这个数是怎么来的", "How the figure came about", (asked) => asked),
  };
  return objectOf("Metric", "指标", "A declared figure", fields);
}

function periodArguments({ period }: MetricTypes): GraphQLFieldConfigArgumentMap {
  return {
    by: argument(new GraphQLNonNull(period), "期的长短", "The length of a period", "MONTH"),
    cumulative: argument(
      new GraphQLNonNull(GraphQLBoolean),
      "true：自一月累计；false：只计本期",
      "true: from January on; false: the period alone",
      true,
    ),
  };
}

function monthArguments({ scalars }: EntityTypes): GraphQLFieldConfigArgumentMap {
  return {
    from: argument(scalars.YearMonth, "自哪个月；省略则为 to 当年一月", "The first month; January of the year of to unless given"),
    to: argument(scalars.YearMonth, "至哪个月；省略则为数据截止", "The last month; the one through which the metric counts unless given"),
  };
}

async function series(asked: AskedMetric, given: Given): Promise<readonly ShownPoint[]> {
  const to = (given["to"] ?? asked.through) as YearMonth;
  const from = (given["from"] ?? january(to)) as YearMonth;
  if (from > to) throw seriesBackwards(from, to);
  const points = pointsBetween(from, to, given["by"] as Period, given["cumulative"] === true);
  if (points.length > LONGEST_SERIES) throw seriesTooLong(points.length, LONGEST_SERIES);
  const figures = await asked.figures(points.map(({ window }) => window));
  return points.flatMap(({ name, window }, at) => {
    const figure = figures[at];
    return figure === undefined ? [] : [{ asked, name, window, figure }];
  });
}

const LENGTHS: Readonly<Record<Period, number>> = { MONTH: 1, QUARTER: 3, YEAR: 12 };

async function change(asked: AskedMetric, given: Given): Promise<ShownChange> {
  const by = given["by"] as Period;
  const cumulative = given["cumulative"] === true;
  const back = given["before"] === "YEAR" ? LENGTHS.YEAR : LENGTHS[by];
  const windowAt = (month: YearMonth) => windowOf(month, month, by, cumulative);
  const earlier = windowAt(monthsLater(asked.through, -back));
  const [now, before] = await asked.figures([windowAt(asked.through), earlier]);
  if (now === undefined || before === undefined) throw new Error("There is a figure for each window.");
  return { asked, now, before, window: earlier };
}

/** A row behind a figure with its place among them. */
interface Edge {
  readonly row: CountedRow;
  readonly at: number;
}

function rowsType({ node, all }: EntityTypes): GraphQLObjectType {
  const pageInfo = all.find(({ name }) => name === "PageInfo");
  if (!(pageInfo instanceof GraphQLObjectType)) throw new Error("Lists have a PageInfo.");
  const edge = objectOf<Edge>("MetricRowEdge", "一条记录及其位置", "A row with its place", {
    cursor: field(GraphQLString, "游标：传给 after", "The cursor: to be handed to after", ({ at }) => cursorAt(at)),
    node: field(node, "记录", "The row", ({ row }) => row),
  });
  const edges = ({ rows, from }: CountedRows): readonly Edge[] => rows.map((row, at) => ({ row, at: from + at }));
  return objectOf<CountedRows>("MetricRowConnection", "指标所计记录的一页", "A page of the rows behind a figure", {
    totalCount: field(GraphQLInt, "记录总数，与分页无关", "How many rows there are, whatever the page", ({ totalCount }) => totalCount),
    pageInfo: field(pageInfo, "分页信息", "Where the page lies", ({ rows, from, totalCount }) =>
      byFieldName({
        hasNextPage: from + rows.length < totalCount,
        hasPreviousPage: from > 0,
        startCursor: rows.length === 0 ? null : cursorAt(from),
        endCursor: rows.length === 0 ? null : cursorAt(from + rows.length - 1),
      }),
    ),
    nodes: field(list(node), "记录", "The rows", ({ rows }) => rows),
    edges: field(list(edge), "记录及其游标", "The rows with their cursors", edges),
  });
}
