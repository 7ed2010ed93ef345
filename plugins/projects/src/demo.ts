import type { Demo, Instant } from "@xianmai/plugin-api";

/** The task breakdown table of Yu County 2023 as of 20 November: 146 invented projects. The file is made by scripts/demo.ts. */
export const demo: Demo = {
  label: {
    zh: "蔚县 2023 年（演示数据，人物、企业、项目和金额均为虚构）",
    en: "Yu County 2023 (demo: people, companies, projects and amounts are invented)",
  },
  // 09:00 on Monday, 20 November 2023 in the county's time zone
  clock: "2023-11-20T01:00:00.000Z" as Instant,
  sheets: [{ sheet: "projects", file: new URL("../demo/projects.xlsx", import.meta.url) }],
};
