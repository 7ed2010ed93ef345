import type { Instant } from "@xianmai/plugin-api";
import { cutOffLine, PAGES, type TableFrame } from "@xianmai/sheets";
import { getArgumentValues, type FieldNode, type GraphQLField } from "graphql";

import type { ServerContext } from "../../requests/context.ts";
import type { Root } from "./roots.ts";
import type { AnswerColumn, Shape } from "./shape.ts";

/** What the frame of a table says beside its own. */
export interface Framing {
  readonly county: string | undefined;
  readonly at: Instant | undefined;
  readonly context: ServerContext;
}

/** The table of a root field without its rows: title, cut-off, unit, headers, and what is summed. */
export function frameOf({ title, shape, field, nodes, coerced }: Root, { county = "", at, context }: Framing): TableFrame {
  const { language, clock, demo } = context;
  const { columns, root } = shape;
  const deepest = innermost(root);
  const part = columns.findIndex(({ isPartOf, level }) => isPartOf && level === deepest);
  const isList = root.list !== undefined;
  const wholes = wholesOf(field, nodes, coerced);
  const isWhole = ({ partOf }: AnswerColumn): boolean => partOf === undefined || part >= 0 || wholes === partOf;
  const own = title[language];
  const label = language === "zh" ? "合计" : "Total";
  const partsLabel = language === "zh" ? "合计（下级不重复计）" : "Total (parts not counted twice)";
  return {
    name: own,
    title: language === "zh" && !own.startsWith(county) ? `${county}${own}` : own,
    info: cutOffLine(at ?? clock.now(), clock.timeZone)[language],
    unit: columns.some(({ isMoney }) => isMoney) ? (language === "zh" ? "单位：万元" : "Money in 万元 (10,000 yuan)") : undefined,
    remarks: demo === undefined ? [] : [demo[language]],
    // what stands above the innermost list is repeated, and would be counted as often
    columns: columns.map((column) => ({
      header: column.header,
      format: column.format,
      total: column.total && isList && column.level === deepest && isWhole(column),
    })),
    totals: { label, ...(part < 0 ? {} : { parts: { column: part, label: partsLabel } }) },
    pages: PAGES[language],
  };
}

/** The column by which a list leaves out what is part of something: `filter: { parent: { isNull: true } }`. */
function wholesOf(
  field: GraphQLField<unknown, unknown>,
  [node]: readonly FieldNode[],
  coerced: Readonly<Record<string, unknown>>,
): string | undefined {
  const { filter } = node === undefined ? {} : getArgumentValues(field, node, coerced);
  return Object.entries(Object(filter) as Readonly<Record<string, unknown>>).find(
    ([, condition]) => (Object(condition) as { readonly isNull?: boolean }).isNull === true,
  )?.[0];
}

function innermost(level: Shape["root"]): Shape["root"] {
  return level.list === undefined ? level : innermost(level.list.level);
}
