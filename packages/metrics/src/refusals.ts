import { Refusal } from "@xianmai/plugin-api";
import { InputError } from "@xianmai/query";

import type { MetricModel } from "./metric-model.ts";
import type { MetricPlace } from "./resolve.ts";

/** A metric that cannot be meant, as its author is told. */
export function invalid({ plugin, metric }: MetricPlace, zh: string, en: string, remedyZh: string, remedyEn: string): Refusal {
  return new Refusal(
    "METRIC_INVALID",
    { zh: `插件 ${plugin} 的指标 ${metric}：${zh}。`, en: `Metric ${metric} of plugin ${plugin}: ${en}.` },
    { zh: `${remedyZh}。`, en: `${remedyEn}.` },
  );
}

/** Nobody declares a metric of that name. */
export function unknownMetric(name: string, known: readonly MetricModel[]): InputError {
  const names = known.map(({ metric }) => metric.name).join(", ");
  return new InputError(`没有指标 ${name}：有 ${names}。`, `There is no metric ${name}. There are ${names}.`);
}

/** The metric is not broken down by that. */
export function unknownDimension({ metric, dimensions }: MetricModel, name: string): InputError {
  const names = dimensions.map(({ column }) => column.name).join(", ");
  return new InputError(
    `指标 ${metric.name} 没有维度 ${name}：有 ${names === "" ? "（无）" : names}。`,
    `Metric ${metric.name} has no dimension ${name}. It has ${names === "" ? "none" : names}.`,
  );
}

/** The key cannot be one of that dimension's. */
export function wrongKey(dimension: string, key: string): InputError {
  return new InputError(
    `维度 ${dimension} 没有值 ${JSON.stringify(key)}：请用 byDimension 给出的 key。`,
    `Dimension ${dimension} has no key ${JSON.stringify(key)}: use one that byDimension gives.`,
  );
}

/** A month with which nothing can be counted. */
export function monthOutOfRange(month: string): InputError {
  return new InputError(`月份 ${month} 超出范围：请用 0003-01 到 9998-12。`, `The month ${month} is out of range: use 0003-01 to 9998-12.`);
}

/** A series that begins after it ends. */
export function seriesBackwards(from: string, to: string): InputError {
  return new InputError(`from ${from} 晚于 to ${to}：请对调。`, `from, ${from}, is later than to, ${to}: exchange them.`);
}

/** A series of more periods than anyone looks at. */
export function seriesTooLong(count: number, most: number): InputError {
  return new InputError(
    `序列有 ${count} 期，最多 ${most} 期：请缩短，或按季、按年。`,
    `The series has ${count} periods; it may have ${most}: shorten it, or ask by quarter or year.`,
  );
}

/** A page of a size that is none. */
export function wrongPage(first: number, most: number): InputError {
  return new InputError(`first 为 ${first}：请写 0 到 ${most}。`, `first is ${first}: write a number from 0 to ${most}.`);
}

/** A cursor that no page gave. */
export function wrongCursor(cursor: string): InputError {
  return new InputError(
    `游标 ${JSON.stringify(cursor)} 无效：请用 endCursor 或 cursor 给出的值。`,
    `${JSON.stringify(cursor)} is no cursor of these rows: use what endCursor or cursor gives.`,
  );
}
