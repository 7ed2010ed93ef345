import { day, monthEnd, yearOf } from "./calendar.ts";
import { leaderDeck } from "./officials.ts";
import { cultureTourism } from "./projects/culture-tourism.ts";
import type { Idea } from "./projects/idea.ts";
import { industry } from "./projects/industry.ts";
import { modernAgriculture } from "./projects/modern-agriculture.ts";
import { newEnergy } from "./projects/new-energy.ts";
import { publicWorks } from "./projects/public-works.ts";
import { chance as chanceOf, type Chance } from "./random.ts";
import { continuing, courses, newStart, type Course, type Schedule } from "./schedule.ts";
import { unitNamed } from "./units.ts";

/** A row of the task breakdown table. */
export interface DemoProject extends Idea, Schedule {
  readonly code: string;
  readonly nature: "新开工" | "续建";
  readonly level: "国家级" | "省级" | "市级" | "县级";
  readonly leader: string;
  /** The responsible unit as whoever filled in the row wrote it. */
  readonly unitText: string;
  readonly buildYears: string;
  /** Planned for 2023, in 万元. */
  readonly yearPlan: number;
  readonly remark: string;
}

const SEED = 130_726;

const leaderOfField: Readonly<Record<string, string>> = {
  新能源: "褚云帆",
  装备制造: "郑怀远",
  新型材料: "李牧野",
  数字经济: "李牧野",
  文化旅游: "沈若谷",
  现代农业: "卫清越",
  基础设施: "蒋一舟",
};

const reasonsToWait = [
  "建设用地组卷报批中",
  "使用林地手续待批复",
  "征地补偿协商中",
  "施工许可证办理中",
  "招标流标，重新挂网",
  "专项债券资金未到位",
];

/** Works that are new every year say so in their names, and small ones are not carried over. */
function mayContinue(idea: Idea): boolean {
  return !idea.name.includes("2023年度") && Number(idea.wan) >= 7_000;
}

/** All 146 rows in the table's order: new starts by batch, then continuing ones; the order of fields within. */
export function demoProjects(): readonly DemoProject[] {
  const chance = chanceOf(SEED);
  const ideas = [...newEnergy, ...cultureTourism, ...modernAgriculture, ...industry, ...publicWorks];
  const plan = courses.flatMap((counts, index) =>
    (Object.entries(counts) as [Course, number][]).flatMap(([course, count]) =>
      Array.from({ length: count }, () => ({ batch: index + 1, course })),
    ),
  );
  const carried = new Set(chance.shuffled(ideas.filter(mayContinue)).slice(0, ideas.length - plan.length));
  const dealt = new Map(chance.shuffled(ideas.filter((idea) => !carried.has(idea))).map((idea, index) => [idea, plan[index]]));
  const leaders = [...chance.shuffled(leaderDeck), ...chance.shuffled(leaderDeck)];

  const rows = ideas.map((idea, index) => {
    const start = dealt.get(idea);
    const wan = Number(idea.wan);
    const schedule =
      start === undefined ? continuing(chance, wan, idea.owner !== undefined) : newStart(chance, start.batch, start.course, wan);
    const favourite = leaderOfField[idea.field];
    return {
      ...idea,
      ...schedule,
      nature: start === undefined ? ("续建" as const) : ("新开工" as const),
      level: levelOf(chance, idea),
      leader: favourite !== undefined && chance.percent(35) ? favourite : (leaders[index] ?? ""),
      unitText: unitText(chance, idea.unit),
      buildYears: years(schedule),
      yearPlan: yearPlan(chance, wan, schedule),
      remark: remark(chance, idea, schedule),
    };
  });
  return suspendTwo(rows)
    .toSorted((one, other) => (one.batch ?? 5) - (other.batch ?? 5))
    .map((row, index) => ({ ...row, code: `YX2023-${String(index + 1).padStart(3, "0")}` }));
}

/** Two works stand still: one of an earlier year, one begun this year. */
function suspendTwo<Row extends Schedule & { readonly nature: string; readonly remark: string }>(rows: readonly Row[]): readonly Row[] {
  const still = new Set(["续建", "新开工"].map((nature) => rows.find((row) => row.nature === nature && row.stage === "在建")));
  return rows.map((row) => (still.has(row) ? { ...row, stage: "停工", remark: "投资方资金调整，暂停施工" } : row));
}

function levelOf(chance: Chance, idea: Idea): DemoProject["level"] {
  if (idea.name.includes("国家湿地公园") || idea.name === "蔚县现代农业产业园项目") return "国家级";
  const wan = Number(idea.wan);
  if (wan >= 80_000) return chance.percent(65) ? "省级" : "市级";
  if (wan >= 30_000) return chance.percent(60) ? "市级" : "县级";
  return chance.percent(15) ? "市级" : "县级";
}

function unitText(chance: Chance, short: string): string {
  const unit = unitNamed(short);
  if (unit.kind !== "县直部门") return unit.kind === "开发区" ? "县经济开发区" : unit.name;
  return chance.percent(70) ? `县${unit.short}` : chance.pick([unit.short, unit.name]);
}

function years({ plannedStart, actualStart, plannedCompletion }: Schedule): string {
  const [first, last] = [yearOf(actualStart ?? plannedStart), yearOf(plannedCompletion)];
  return first === last ? String(first) : `${first}-${last}`;
}

/** The share of 2023 in the time that the works take, give or take what every plan does. */
function yearPlan(chance: Chance, wan: number, { plannedStart, actualStart, plannedCompletion }: Schedule): number {
  const begun = actualStart ?? plannedStart;
  const from = Math.max(begun, day("2023-01-01"));
  const until = Math.min(plannedCompletion, monthEnd(day("2023-12-01"), 0));
  const share = Math.min(1, (until - from + 1) / (plannedCompletion - begun + 1));
  const planned = (wan * share * chance.between(58, 86)) / 100;
  return planned < 2_000 ? Math.max(100, Math.round(planned / 10) * 10) : Math.round(planned / 100) * 100;
}

function remark(chance: Chance, idea: Idea, { stage, deadline, batch }: Schedule): string {
  if (stage === "前期手续" || (stage === "已入库" && batch !== 4)) return deadline === undefined ? "" : chance.pick(reasonsToWait);
  if (idea.owner === undefined && chance.percent(25)) return chance.pick(["争取专项债券", "中央预算内投资", "省级财政补助"]);
  return "";
}
