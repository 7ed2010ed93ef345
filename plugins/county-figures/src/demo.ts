import type { Demo, Instant } from "@xianmai/plugin-api";

/** The figures of Yu County for 2022 and 2023, invented but for the targets of ten billion. The files are made by scripts/demo.ts. */
export const demo: Demo = {
  label: {
    zh: "蔚县 2023 年（演示数据，人物、企业、项目和金额均为虚构）",
    en: "Yu County 2023 (demo: people, companies, projects and amounts are invented)",
  },
  // 09:00 on Monday, 20 November 2023 in the county's time zone
  clock: "2023-11-20T01:00:00.000Z" as Instant,
  sheets: [
    { sheet: "county-figures", file: new URL("../demo/county-figures.xlsx", import.meta.url) },
    { sheet: "county-figure-reports", file: new URL("../demo/county-figure-reports.xlsx", import.meta.url) },
    { sheet: "county-figure-targets", file: new URL("../demo/county-figure-targets.xlsx", import.meta.url) },
  ],
};
