import { choices, column, entity, type Choice } from "@xianmai/plugin-api";

/** What a unit is in the county's order of things. */
export const UnitKind = choices(
  "UnitKind",
  { zh: "单位类别", en: "Kind of unit" },
  {
    COUNTY: { zh: "县（市、区）", en: "County", description: { zh: "全县，单位树的根。", en: "The county itself: the root of the tree." } },
    DEPARTMENT: { zh: "县直部门", en: "Department" },
    TOWNSHIP: { zh: "乡镇（街道）", en: "Township" },
    DEVELOPMENT_ZONE: { zh: "开发区", en: "Development zone" },
    LIAISON_OFFICE: { zh: "驻外招商联络处", en: "Liaison office" },
    HEADQUARTERS: {
      zh: "指挥部",
      en: "Headquarters",
      description: { zh: "为一项重点工作设立的议事协调机构。", en: "A coordinating body set up for one priority." },
    },
  },
);
/** One value of {@link UnitKind}. */
export type UnitKind = Choice<typeof UnitKind>;

/** A unit (单位): a node of the tree that every scope refers to. */
export class Unit extends entity(
  "Unit",
  {
    zh: "单位",
    en: "Unit",
    description: {
      zh: "县、部门、乡镇、开发区、联络处、指挥部，构成一棵树。",
      en: "County, departments, townships, zones and offices: one tree.",
    },
    title: "name",
    key: "code",
    knownAs: ["shortName", "aliases"],
    order: "position",
    scope: "everyone",
  },
  {
    code: column.text({
      zh: "单位代码",
      en: "Code",
      description: { zh: "乡镇用统计用区划代码。", en: "Townships use their division code." },
    }),
    name: column.text({ zh: "单位名称", en: "Name" }),
    shortName: column.text({ zh: "简称", en: "Short name", optional: true }),
    aliases: column.texts({
      zh: "别称",
      en: "Aliases",
      description: {
        zh: "曾用名和其他写法，导入表格时据此认出单位。",
        en: "Former names and other spellings, by which sheets name the unit.",
      },
    }),
    kind: column.choice(UnitKind, { zh: "单位类别", en: "Kind" }),
    parent: column.self({ zh: "上级单位", en: "Parent", inverse: "children" }),
    position: column.integer({ zh: "排序", en: "Position", default: 0 }),
  },
) {}
