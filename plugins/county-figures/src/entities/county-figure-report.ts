import { column, entity } from "@xianmai/plugin-api";

import { CountyFigure } from "./county-figure.ts";

/** What was published of a figure for a month: since January, as such figures are published. */
export class CountyFigureReport extends entity(
  "CountyFigureReport",
  {
    zh: "县级指标月报",
    en: "Report of a county figure",
    title: "source",
    key: ["figure", "month"],
    order: "month",
    scope: "everyone",
    create: "countyFigure.edit",
    update: "countyFigure.edit",
    delete: "countyFigure.edit",
  },
  {
    figure: column.reference(() => CountyFigure, { zh: "指标", en: "Figure", inverse: "reports" }),
    month: column.yearMonth({ zh: "月份", en: "Month" }),
    cumulative: column.money({
      zh: "自年初累计",
      en: "Since January",
      description: { zh: "自一月起累计到当月。", en: "From January to the month." },
    }),
    source: column.text({
      zh: "来源",
      en: "Source",
      description: { zh: "公布此数的文件或单位。", en: "The document or office that published it." },
    }),
    publishedOn: column.date({ zh: "公布日期", en: "Published on", optional: true }),
  },
) {}
