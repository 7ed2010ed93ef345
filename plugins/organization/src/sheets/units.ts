import { sheet } from "@xianmai/plugin-api";

import { Unit } from "../entities/unit.ts";

/** The list of units (单位名录), recognised by code. */
export const unitsSheet = sheet(
  Unit,
  "units",
  { zh: "单位名录", en: "List of units" },
  {
    position: { headers: ["序号", "顺序"] },
    code: { headers: ["代码", "编码", "单位编码", "区划代码", "行政区划代码"] },
    name: { headers: ["单位", "单位全称", "名称", "机构名称"] },
    shortName: { headers: ["单位简称"] },
    aliases: { headers: ["曾用名", "别名", "其他名称", "曾用名及其他写法"] },
    kind: {
      headers: ["类别", "类型", "单位类型", "单位性质"],
      values: {
        县: "COUNTY",
        县本级: "COUNTY",
        部门: "DEPARTMENT",
        县直单位: "DEPARTMENT",
        乡镇: "TOWNSHIP",
        乡: "TOWNSHIP",
        镇: "TOWNSHIP",
        街道: "TOWNSHIP",
        园区: "DEVELOPMENT_ZONE",
        联络处: "LIAISON_OFFICE",
        驻外机构: "LIAISON_OFFICE",
        领导小组: "HEADQUARTERS",
      },
    },
    parent: { headers: ["上级", "主管单位", "隶属单位"] },
  },
);
