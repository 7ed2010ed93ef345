import { sheet } from "@xianmai/plugin-api";

import { CountyFigure } from "../entities/county-figure.ts";
import { CountyFigureReport } from "../entities/county-figure-report.ts";
import { CountyFigureTarget } from "../entities/county-figure-target.ts";

/** Which figures there are, recognised by code. */
export const countyFiguresSheet = sheet(
  CountyFigure,
  "county-figures",
  { zh: "县级指标目录", en: "County figures" },
  { code: { headers: ["代码", "指标编码"] }, name: { headers: ["指标", "名称"] }, position: { headers: ["序号"] } },
);

/** What is published month by month, recognised by figure and month. */
export const countyFigureReportsSheet = sheet(
  CountyFigureReport,
  "county-figure-reports",
  { zh: "县级主要指标月报", en: "Monthly county figures" },
  {
    figure: { headers: ["指标名称", "主要指标"] },
    month: { headers: ["统计月份", "截至月份"] },
    cumulative: { headers: ["累计", "累计完成", "本年累计", "自年初累计值"] },
    source: { headers: ["数据来源", "公布单位"] },
    publishedOn: { headers: ["公布时间", "发布日期"] },
  },
);

/** The targets of the year, recognised by figure and year. */
export const countyFigureTargetsSheet = sheet(
  CountyFigureTarget,
  "county-figure-targets",
  { zh: "县级主要指标年度目标", en: "Targets of county figures" },
  {
    figure: { headers: ["指标名称", "主要指标"] },
    year: { headers: ["年份", "目标年度"] },
    amount: { headers: ["目标", "年度目标", "全年目标"] },
    source: { headers: ["文件依据", "数据来源", "来源"] },
  },
);
