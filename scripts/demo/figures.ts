import type { PrintedTable } from "./workbook.ts";

const invented = "演示数据，均为虚构";
const note = "注：本表数字均为虚构，仅供演示；2023年“双百亿”目标为真实提法。";

/** A figure with what was published of it, in 亿元 since January, by month; nothing is published for January alone. */
interface Published {
  readonly code: string;
  readonly name: string;
  readonly months: Readonly<Record<string, number>>;
  readonly targets: Readonly<Record<number, number>>;
}

const figures: readonly Published[] = [
  {
    code: "gdp",
    name: "地区生产总值",
    months: {
      "2022-03": 19.86,
      "2022-06": 41.9,
      "2022-09": 66.74,
      "2022-12": 94.6,
      "2023-03": 21.74,
      "2023-06": 46.33,
      "2023-09": 74.12,
    },
    targets: { 2022: 92, 2023: 100 },
  },
  {
    code: "fixed-asset-investment",
    name: "固定资产投资",
    months: {
      "2022-02": 4.12,
      "2022-03": 10.36,
      "2022-04": 16.9,
      "2022-05": 24.87,
      "2022-06": 35.6,
      "2022-07": 43.2,
      "2022-08": 51.75,
      "2022-09": 61.4,
      "2022-10": 70.28,
      "2022-11": 78.9,
      "2022-12": 86.35,
      "2023-02": 5.21,
      "2023-03": 13.02,
      "2023-04": 20.84,
      "2023-05": 30.65,
      "2023-06": 43.9,
      "2023-07": 53.76,
      "2023-08": 64.1,
      "2023-09": 76.38,
      "2023-10": 87.52,
    },
    targets: { 2022: 85, 2023: 100 },
  },
];

/** Which figures there are. */
export function countyFiguresTable(): PrintedTable {
  return {
    sheetName: "指标目录",
    title: "蔚县县级主要指标目录（演示数据）",
    columns: [
      { header: "排序", width: 8, align: "center" },
      { header: "指标代码", width: 28 },
      { header: "指标名称", width: 28 },
    ],
    rows: figures.map(({ code, name }, at) => [at + 1, code, name]),
    notes: ["注：目录为演示设置。"],
    frozenColumns: 1,
    paper: "a4",
  };
}

/** What was published of them, month by month. */
export function countyFigureReportsTable(): PrintedTable {
  return {
    sheetName: "月报",
    title: `蔚县县级主要指标月报（${invented}）`,
    line: ["填报单位：蔚县统计局", "单位：亿元"],
    columns: [
      { header: "指标", width: 18 },
      { header: "月份", width: 12, align: "center" },
      { header: "自年初累计", width: 14, align: "right", format: "amount" },
      { header: "来源", width: 40 },
    ],
    rows: figures.flatMap(({ name, months }) =>
      Object.entries(months).map(([month, amount]) => [name, month, amount, `县统计局${Number(month.slice(5))}月统计月报（演示）`]),
    ),
    notes: [note],
    frozenColumns: 2,
    paper: "a4",
  };
}

/** What they should come to. */
export function countyFigureTargetsTable(): PrintedTable {
  return {
    sheetName: "年度目标",
    title: `蔚县县级主要指标年度目标（${invented}）`,
    line: ["填报单位：蔚县统计局", "单位：亿元"],
    columns: [
      { header: "指标", width: 18 },
      { header: "年度", width: 10, align: "center" },
      { header: "目标值", width: 14, align: "right", format: "amount" },
      { header: "依据", width: 40 },
    ],
    rows: figures.flatMap(({ name, targets }) =>
      Object.entries(targets).map(([year, amount]) => [name, Number(year), amount, `${year}年政府工作安排（演示）`]),
    ),
    notes: [note],
    frozenColumns: 2,
    paper: "a4",
  };
}
