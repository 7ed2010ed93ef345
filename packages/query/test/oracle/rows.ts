/** A source of choices that a seed repeats (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 … n-1 */
  below(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * n);
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }

  some<Item>(items: readonly Item[], percent: number): readonly Item[] {
    return items.filter(() => this.chance(percent));
  }

  or<Item>(item: Item, percentNull: number): Item | null {
    return this.chance(percentNull) ? null : item;
  }
}

export type Row = Readonly<Record<string, unknown>> & { readonly id: string };
export type Tables = Readonly<Record<string, readonly Row[]>>;

const NAMES = ["光伏发电", "古城修缮", "风电", "农业园", "Ecology 园", "湿地", "abc", "ABC", '"引号"', "反\\斜", "a%b_c", ""];

/** A small county with every kind of value, many of them equal and many missing. */
export function smallCounty(dice: Dice, fields: readonly string[]): Tables {
  const id = (): string => {
    const hex = Array.from({ length: 32 }, () => dice.below(16).toString(16)).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  const units: Row[] = [];
  const unitNames = ["安", "白", "陈", "东", "高", "黄", "李", "马", "宋", "王", "张", "周"];
  for (const [at, name] of unitNames.entries()) {
    units.push({
      id: id(),
      code: `U${at}`,
      name,
      aliases: dice.some(["甲", "乙", "丙,丁", '"'], 40),
      kind: dice.or(dice.of(["COUNTY", "DEPARTMENT", "TOWNSHIP"]), 30),
      position: dice.below(4),
      parentId: at === 0 ? null : dice.or(dice.of(units).id, 30),
    });
  }
  const officials = Array.from({ length: 7 }, (_, at): Row => ({
    id: id(),
    code: `O${at}`,
    name: dice.of(["张三", "李四", "王五"]),
    unitId: dice.of(units).id,
  }));
  const projects: Row[] = [];
  for (let at = 0; at < 45; at += 1) {
    projects.push({
      id: id(),
      code: `P${String(dice.below(2)) + String(at)}`,
      name: dice.of(NAMES),
      nature: dice.of(["NEW_START", "CONTINUING", "PLANNED"]),
      stage: dice.of(["RESERVED", "STARTED", "COMPLETED"]),
      fieldId: dice.or(dice.of(fields), 25),
      responsibleUnitId: dice.of(units).id,
      townshipId: dice.or(dice.of(units).id, 40),
      leaderId: dice.or(dice.of(officials).id, 40),
      parentId: at < 5 ? null : dice.or(dice.of(projects).id, 60),
      batch: dice.or(dice.below(4) + 1, 30),
      totalInvestment: dice.or(dice.of([0n, 1n, 1_000_000n, 2_500_000n, -3n, 9_007_199_254_740_993n]), 25),
      share: dice.or(dice.of(["12.5", "0", "-3.333", "100"]), 40),
      area: dice.or(dice.of(["1", "2.25", "1000000000000000000.1"]), 40),
      startDeadline: dice.or(dice.of(["2023-01-31", "2023-03-31", "2023-04-01", "2024-02-29"]), 30),
      planMonth: dice.or(dice.of(["2023-01", "2023-03", "2023-04", "2022-12"]), 30),
      checkedAt: dice.or(
        dice.of(["2023-01-01T00:00:00.000Z", "2022-12-31T16:00:00.000Z", "2023-06-30T23:59:59.999Z", "2022-12-31T15:59:59.999Z"]),
        30,
      ),
      urgent: dice.chance(40),
      tags: dice.some(["民生", "省重点", "a"], 40),
      creditCode: dice.or(`C${at}`, 50),
    });
  }
  const reports = projects.flatMap((project) =>
    dice.some(["2023-01", "2023-02", "2023-03"], 40).map((month): Row => ({
      id: id(),
      projectId: project.id,
      month,
      invested: dice.of([0n, 500_000n, 123_456n]),
      note: dice.or(dice.of(NAMES), 50),
    })),
  );
  const blockers = Array.from({ length: 30 }, (): Row => ({
    id: id(),
    projectId: dice.of(projects).id,
    ownerId: dice.of(units).id,
    summary: dice.of(NAMES),
    raisedOn: dice.of(["2023-05-01", "2023-05-02"]),
  }));
  const subjects = [
    ...[...projects, ...projects].map(({ id: subjectId }) => ({ subjectId, subjectType: "Project" })),
    ...reports.map(({ id: subjectId }) => ({ subjectId, subjectType: "Report" })),
    ...blockers.map(({ id: subjectId }) => ({ subjectId, subjectType: "Blocker" })),
    ...units.map(({ id: subjectId }) => ({ subjectId, subjectType: "Unit" })),
  ];
  const remarks = Array.from({ length: 40 }, (): Row => ({
    id: id(),
    words: dice.of(NAMES),
    ...dice.of(subjects),
    weight: dice.or(dice.below(3), 30),
  }));
  return { Unit: units, Official: officials, Project: projects, Report: reports, Blocker: blockers, Remark: remarks };
}
