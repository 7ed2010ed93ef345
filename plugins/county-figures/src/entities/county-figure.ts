import { column, entity } from "@xianmai/plugin-api";

/** A figure of the county as a whole that its statistics bureau publishes: GDP, fixed-asset investment. Amounts of money alone. */
export class CountyFigure extends entity(
  "CountyFigure",
  {
    zh: "县级指标",
    en: "County figure",
    title: "name",
    key: "code",
    order: "position",
    scope: "everyone",
    create: "countyFigure.edit",
    update: "countyFigure.edit",
  },
  {
    code: column.text({ zh: "指标代码", en: "Code" }),
    name: column.text({ zh: "指标名称", en: "Name" }),
    position: column.integer({ zh: "排序", en: "Position", default: 0 }),
  },
) {}
