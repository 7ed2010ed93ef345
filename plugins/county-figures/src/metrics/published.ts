import { metric, type Metric } from "@xianmai/plugin-api";

import { CountyFigure } from "../entities/county-figure.ts";
import { CountyFigureReport } from "../entities/county-figure-report.ts";
import { CountyFigureTarget } from "../entities/county-figure-target.ts";

/** A figure of the county beside its target for the year: what was published last, by the month asked for. */
function published(name: string, code: string, zh: string, en: string): Metric {
  return metric(CountyFigure, name, {
    zh,
    en,
    unit: "亿元",
    definition: {
      zh: `统计部门公布的${zh}，自年初累计；当月尚未公布时取当年最近一次公布的数。`,
      en: `${en} as published, since January; where the month is not published yet, what was published last that year.`,
    },
    lists: { reports: CountyFigureReport, targets: CountyFigureTarget },
    where: { code: { eq: code } },
    value: ({ last }) => last("reports.cumulative", { period: "month" }),
    target: ({ sum }) => sum("targets.amount", { period: "year" }),
  });
}

/** The county's gross domestic product. */
export const countyGdp = published("countyGdp", "gdp", "地区生产总值", "Gross domestic product");

/** The county's investment in fixed assets (固投). */
export const countyFixedAssetInvestment = published(
  "countyFixedAssetInvestment",
  "fixed-asset-investment",
  "固定资产投资",
  "Fixed-asset investment",
);
