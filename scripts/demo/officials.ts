/** A row of the list of officials. All of them are invented: surnames in the order of the Hundred Family Surnames. */
export interface DemoOfficial {
  readonly code: string;
  readonly name: string;
  readonly title: string;
  readonly rank: "县处级" | "正科级";
  /** A unit by name or short name. */
  readonly unit: string;
}

/** Leaders of the county, each of whom is responsible for projects; the second number is how many, beside the others'. */
const leaders: readonly (readonly [name: string, title: string, share: number])[] = [
  ["赵启川", "县委书记", 8],
  ["钱思源", "县委副书记、县长", 8],
  ["孙望舒", "县委副书记", 6],
  ["李牧野", "县委常委、常务副县长", 10],
  ["周景和", "县委常委、组织部部长", 5],
  ["吴听澜", "县委常委、宣传部部长", 6],
  ["郑怀远", "县委常委、经济开发区党工委书记", 10],
  ["王砚秋", "县委常委、县委办公室主任", 5],
  ["冯知微", "县人大常委会主任", 5],
  ["陈树声", "县政协主席", 5],
  ["褚云帆", "副县长（分管工业、能源）", 10],
  ["卫清越", "副县长（分管农业农村）", 10],
  ["蒋一舟", "副县长（分管城建、交通）", 10],
  ["沈若谷", "副县长（分管文旅、教育、卫生）", 10],
];

const heads: readonly (readonly [name: string, title: string, unit: string])[] = [
  ["韩立诚", "局长", "发改局"],
  ["杨可嘉", "局长", "科工信局"],
  ["朱守正", "局长", "财政局"],
  ["秦望川", "局长", "自规局"],
  ["尤静姝", "局长", "生态环境分局"],
  ["许敬亭", "局长", "住建局"],
  ["何承宇", "局长", "交通局"],
  ["吕沐阳", "局长", "水务局"],
  ["施田雨", "局长", "农业农村局"],
  ["张闻笛", "局长", "商务局"],
  ["孔令仪", "局长", "文旅局"],
  ["曹慕白", "局长", "卫健局"],
  ["严执礼", "局长", "审批局"],
  ["华林生", "局长", "林草局"],
  ["金若愚", "党工委副书记、管委会主任", "经济开发区"],
  ["魏行知", "主任", "北京联络处"],
  ["陶然之", "党委书记", "蔚州镇"],
  ["姜维新", "党委书记", "西合营镇"],
  ["戚远航", "党委书记", "代王城镇"],
  ["谢春山", "党委书记", "暖泉镇"],
  ["邹牧之", "镇长", "桃花镇"],
  ["喻安平", "乡长", "草沟堡乡"],
];

/** All officials, leaders first. */
export const officials: readonly DemoOfficial[] = [
  ...leaders.map(([name, title]) => ({ name, title, rank: "县处级" as const, unit: "蔚县" })),
  ...heads.map(([name, title, unit]) => ({ name, title, rank: "正科级" as const, unit })),
].map((official, index) => ({ code: `GB${String(index + 1).padStart(3, "0")}`, ...official }));

/** Every leader's name as often as he or she takes a project when these are dealt out. */
export const leaderDeck: readonly string[] = leaders.flatMap(([name, , share]) => Array.from({ length: share }, () => name));
