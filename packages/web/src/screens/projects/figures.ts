import Big from "big.js";

import type { Wan } from "../format.ts";
import type { Group, LatestStart, ProgressGroup, ProjectsAnswer, Stage } from "./answer.ts";

/** New starts by whether they have started: `planned = started + overdue + waiting`. Overdue is not started on a day after the start deadline. */
export interface Progress {
  readonly planned: number;
  readonly started: number;
  readonly overdue: number;
  readonly waiting: number;
}

/** One quarterly batch of new starts; `number` undefined for those in none; `deadline` is the last start deadline in it. */
export interface Batch extends Progress {
  readonly number: number | undefined;
  readonly deadline: string | undefined;
}

/** How many projects and how much investment (万元) a field or township has. */
export interface Share {
  readonly code: string;
  readonly label: string;
  readonly count: number;
  readonly investment: Wan;
}

/** What the screen shows, all from one answer. */
export interface Figures {
  readonly county: string;
  readonly year: number;
  /** All projects of the year: the new starts (`progress.planned`) and the continuing ones. */
  readonly projects: number;
  readonly continuing: number;
  readonly progress: Progress;
  readonly investment: Wan;
  readonly batches: readonly Batch[];
  readonly fields: readonly Share[];
  readonly townships: readonly Share[];
  readonly latest: readonly LatestStart[];
}

/** Where the rest of a list is put when it has no row of its own. */
const rest = { code: "", label: "其他" } as const;

// a project is suspended only after it has started
const startedStages: ReadonlySet<Stage> = new Set(["STARTED", "UNDER_CONSTRUCTION", "COMPLETED", "IN_PRODUCTION", "SUSPENDED"]);

/** Reads one answer; every count of its groups appears exactly once in each division, so that parts add up to the whole. */
export function figuresOf(answer: ProjectsAnswer): Figures {
  const { today } = answer.platform.clock;
  const newStarts = answer.byProgress.filter(({ key }) => key.nature === "NEW_START");
  const projects = answer.whole[0]?.count ?? 0;
  const progress = progressOf(newStarts, today);
  return {
    county: answer.county.nodes[0]?.name ?? "",
    year: Number(today.slice(0, 4)),
    projects,
    continuing: projects - progress.planned,
    progress,
    investment: answer.whole[0]?.totalInvestment.sum ?? "0",
    batches: batchesOf(newStarts, today),
    fields: [...sharesOf(answer.fields.nodes, answer.byField, (group) => group.key.field)].sort(byInvestment),
    townships: sharesOf(
      answer.townships.nodes.map(({ code, name }) => ({ code, label: name })),
      answer.byTownship,
      (group) => group.key.township?.code,
    ),
    latest: answer.latest.nodes,
  };
}

/** The first rows, the last of them holding what does not fit; nothing is lost. */
export function upTo(most: number, shares: readonly Share[]): readonly Share[] {
  if (shares.length <= most) return shares;
  const tail = shares.slice(most - 1);
  return [...shares.slice(0, most - 1), tail.reduce(together, { ...rest, count: 0, investment: "0" })];
}

/** The largest first, what has no row of its own last. */
function byInvestment(one: Share, other: Share): number {
  if (one.code === rest.code || other.code === rest.code) return one.code === rest.code ? 1 : -1;
  return Big(other.investment).cmp(one.investment) || other.count - one.count;
}

function together(sum: Share, share: Share): Share {
  return { ...sum, count: sum.count + share.count, investment: Big(sum.investment).plus(share.investment).toFixed() };
}

function batchesOf(groups: readonly ProgressGroup[], today: string): readonly Batch[] {
  const byNumber = new Map<number, ProgressGroup[]>([1, 2, 3, 4].map((number) => [number, []]));
  const outside: ProgressGroup[] = [];
  for (const group of groups) {
    if (group.key.batch === null) outside.push(group);
    else byNumber.set(group.key.batch, [...(byNumber.get(group.key.batch) ?? []), group]);
  }
  const batches = [...byNumber].sort(([one], [other]) => one - other).map(([number, own]) => ({ number, ...batchOf(own, today) }));
  return outside.length === 0 ? batches : [...batches, { number: undefined, ...batchOf(outside, today) }];
}

function batchOf(groups: readonly ProgressGroup[], today: string): Progress & Pick<Batch, "deadline"> {
  const deadlines = groups.flatMap(({ key }) => (key.startDeadline === null ? [] : [key.startDeadline])).sort();
  return { ...progressOf(groups, today), deadline: deadlines[deadlines.length - 1] };
}

function progressOf(groups: readonly ProgressGroup[], today: string): Progress {
  const count = (belongs: (key: ProgressGroup["key"]) => boolean): number =>
    groups.reduce((sum, group) => sum + (belongs(group.key) ? group.count : 0), 0);
  const isStarted = (key: ProgressGroup["key"]): boolean => startedStages.has(key.stage);
  // dates in this form compare as text
  const isLate = (key: ProgressGroup["key"]): boolean => key.startDeadline !== null && key.startDeadline < today;
  return {
    planned: count(() => true),
    started: count(isStarted),
    overdue: count((key) => !isStarted(key) && isLate(key)),
    waiting: count((key) => !isStarted(key) && !isLate(key)),
  };
}

/** One share for each name, also where it has no project; one more for projects whose name is not among them. */
function sharesOf<One extends Group>(
  names: readonly Pick<Share, "code" | "label">[],
  groups: readonly One[],
  codeOf: (group: One) => string | null | undefined,
): readonly Share[] {
  const shares = new Map<string, Share>(names.map((name) => [name.code, { ...name, count: 0, investment: "0" }]));
  for (const group of groups) {
    const code = codeOf(group);
    const share = shares.get(code ?? rest.code) ?? shares.get(rest.code) ?? { ...rest, count: 0, investment: "0" };
    shares.set(share.code, together(share, { ...share, count: group.count, investment: group.totalInvestment.sum ?? "0" }));
  }
  return [...shares.values()];
}
