import { sheet } from "@xianmai/plugin-api";

import { Official } from "../entities/official.ts";

/** The list of officials (干部名册), recognised by code. */
export const officialsSheet = sheet(
  Official,
  "officials",
  { zh: "干部名册", en: "List of officials" },
  {
    code: { headers: ["编号", "编码", "干部代码"] },
    name: { headers: ["干部姓名", "名字"] },
    title: { headers: ["现任职务", "职务名称", "单位及职务"] },
    rank: {
      headers: ["职级", "干部级别", "行政级别"],
      values: {
        县级: "COUNTY_LEVEL",
        处级: "COUNTY_LEVEL",
        正处级: "COUNTY_LEVEL",
        副处级: "COUNTY_LEVEL",
        正县级: "COUNTY_LEVEL",
        副县级: "COUNTY_LEVEL",
        科级: "OTHER",
        正科级: "OTHER",
        副科级: "OTHER",
        乡科级: "OTHER",
        股级: "OTHER",
      },
    },
    unit: { headers: ["单位", "单位名称", "工作单位", "所属单位"] },
  },
);
