/** A row of the list of units. */
export interface DemoUnit {
  readonly code: string;
  readonly name: string;
  readonly short: string;
  /** Former names and other spellings. */
  readonly aliases: readonly string[];
  /** As the office writes it. */
  readonly kind: "县" | "县直部门" | "乡镇" | "开发区" | "驻外招商联络处" | "指挥部";
}

const COUNTY_CODE = "130726";

/** The county itself, root of the tree. */
export const county: DemoUnit = { code: COUNTY_CODE, name: "蔚县", short: "县本级", aliases: ["蔚县人民政府", "县政府"], kind: "县" };

function department(code: string, name: string, short: string, ...aliases: readonly string[]): DemoUnit {
  // a table of the county writes 县发改局 as often as 发改局
  return { code: `${COUNTY_CODE}-${code}`, name, short, aliases: [`县${short}`, ...aliases], kind: "县直部门" };
}

/** Departments, with the names that they had before the reforms of 2018 and 2019, since old tables use them. */
const departments: readonly DemoUnit[] = [
  { code: `${COUNTY_CODE}-XWB`, name: "中共蔚县县委办公室", short: "县委办", aliases: ["县委办公室", "县委督查室"], kind: "县直部门" },
  { code: `${COUNTY_CODE}-ZFB`, name: "蔚县人民政府办公室", short: "县政府办", aliases: ["政府办", "县政府督查室"], kind: "县直部门" },
  department("FGJ", "发展和改革局", "发改局", "发展改革局", "计划局", "物价局"),
  department("JTJ", "教育体育局", "教体局", "教育局", "体育局"),
  department("KGJ", "科学技术和工业信息化局", "科工信局", "工业和信息化局", "工信局", "科技局"),
  department("MZJ", "民政局", "民政局"),
  department("CZJ", "财政局", "财政局"),
  department("RSJ", "人力资源和社会保障局", "人社局", "劳动局", "人事局"),
  department("ZGJ", "自然资源和规划局", "自规局", "资规局", "国土资源局", "国土局", "规划局"),
  department("HBJ", "张家口市生态环境局蔚县分局", "生态环境分局", "生态环境局", "环境保护局", "环保局"),
  department("ZJJ", "住房和城乡建设局", "住建局", "建设局", "房管局"),
  department("JTYSJ", "交通运输局", "交通局", "交通运输局蔚县管理处"),
  department("SWJ", "水务局", "水务局", "水利局"),
  department("NYJ", "农业农村局", "农业农村局", "农业局", "农牧局"),
  department("SWU", "商务局", "商务局", "商务和粮食局", "商务粮食局"),
  department("WLJ", "文化广电和旅游局", "文旅局", "文广旅局", "文广新局", "旅游局"),
  department("WJJ", "卫生健康局", "卫健局", "卫生和计划生育局", "卫计局", "卫生局"),
  department("YJJ", "应急管理局", "应急局", "安监局", "安全生产监督管理局"),
  department("SJJ", "市场监督管理局", "市监局", "市场监管局", "工商局", "质监局"),
  department("SPJ", "行政审批局", "审批局", "政务服务中心", "政务服务管理局"),
  department("TJJ", "统计局", "统计局"),
  department("LCJ", "林业和草原局", "林草局", "林业局"),
  department("XZJ", "乡村振兴局", "乡村振兴局", "扶贫办", "扶贫开发办公室"),
  department("CGJ", "城市管理综合行政执法局", "城管局", "综合执法局"),
  department("GXS", "供销合作社联合社", "供销社", "供销联社"),
];

/** The 22 townships with their division codes. */
const townships: readonly DemoUnit[] = [
  ["100", "蔚州镇", "县城", "城关镇"],
  ["101", "代王城镇", "代王城"],
  ["102", "西合营镇", "西合营"],
  ["103", "吉家庄镇", "吉家庄"],
  ["104", "白乐镇", "白乐"],
  ["105", "暖泉镇", "暖泉", "暖泉古镇"],
  ["106", "南留庄镇", "南留庄"],
  ["107", "北水泉镇", "北水泉"],
  ["108", "桃花镇", "桃花"],
  ["109", "阳眷镇", "阳眷"],
  ["110", "宋家庄镇", "宋家庄"],
  ["200", "下宫村乡", "下宫村"],
  ["202", "南杨庄乡", "南杨庄"],
  ["203", "柏树乡", "柏树"],
  ["204", "常宁乡", "常宁"],
  ["205", "涌泉庄乡", "涌泉庄"],
  ["206", "杨庄窠乡", "杨庄窠"],
  ["207", "南岭庄乡", "南岭庄"],
  ["208", "陈家洼乡", "陈家洼"],
  ["209", "黄梅乡", "黄梅"],
  ["210", "白草村乡", "白草村"],
  ["211", "草沟堡乡", "草沟堡"],
].map(([code = "", name = "", short = "", ...aliases]) => ({
  code: `${COUNTY_CODE}${code}`,
  name,
  short,
  aliases: [...aliases, `${name}人民政府`],
  kind: "乡镇",
}));

/** Everything else: the zone, the one liaison office that stands, and what coordinates. */
const others: readonly DemoUnit[] = [
  {
    code: `${COUNTY_CODE}-KFQ`,
    name: "河北蔚县经济开发区管理委员会",
    short: "经济开发区",
    aliases: ["县经济开发区", "开发区", "经开区", "开发区管委会", "工业园区"],
    kind: "开发区",
  },
  {
    code: `${COUNTY_CODE}-ZBJ`,
    name: "蔚县驻北京招商联络处",
    short: "北京联络处",
    aliases: ["驻京联络处", "驻京办"],
    kind: "驻外招商联络处",
  },
  {
    code: `${COUNTY_CODE}-XMZ`,
    name: "蔚县重点项目建设指挥部",
    short: "重点项目指挥部",
    aliases: ["项目指挥部", "重点项目建设指挥部办公室", "项目办"],
    kind: "指挥部",
  },
  {
    code: `${COUNTY_CODE}-ZSZ`,
    name: "蔚县招商引资突破年活动指挥部",
    short: "招商指挥部",
    aliases: ["招商引资指挥部", "招商引资工作领导小组"],
    kind: "指挥部",
  },
  {
    code: `${COUNTY_CODE}-YSZ`,
    name: "蔚县优化营商环境专项行动指挥部",
    short: "营商环境指挥部",
    aliases: ["营商环境领导小组", "营商办"],
    kind: "指挥部",
  },
];

/** All units in the order in which the county lists them. */
export const units: readonly DemoUnit[] = [
  county,
  ...others.filter((unit) => unit.kind === "指挥部"),
  ...departments,
  ...others.filter((unit) => unit.kind !== "指挥部"),
  ...townships,
];

/** Finds a unit by its name or short name. @throws Error for a name that the list lacks: a slip in the demo's own data */
export function unitNamed(name: string): DemoUnit {
  const found = units.find((unit) => unit.name === name || unit.short === name);
  if (found === undefined) throw new Error(`The demo has no unit ${name}.`);
  return found;
}
