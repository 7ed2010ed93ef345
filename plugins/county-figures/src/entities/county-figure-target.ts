import { column, entity } from "@xianmai/plugin-api";

import { CountyFigure } from "./county-figure.ts";

/** What a figure should come to in a year. */
export class CountyFigureTarget extends entity(
  "CountyFigureTarget",
  {
    zh: "县级指标年度目标",
    en: "Target of a county figure",
    title: "source",
    key: ["figure", "year"],
    order: "year",
    scope: "everyone",
    create: "countyFigure.edit",
    update: "countyFigure.edit",
    delete: "countyFigure.edit",
  },
  {
    figure: column.reference(() => CountyFigure, { zh: "指标", en: "Figure", inverse: "targets" }),
    year: column.integer({ zh: "年度", en: "Year" }),
    amount: column.money({ zh: "目标值", en: "Target" }),
    source: column.text({ zh: "依据", en: "Source", description: { zh: "下达目标的文件。", en: "The document that sets it." } }),
  },
) {}
