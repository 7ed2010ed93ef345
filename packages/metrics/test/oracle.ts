import type { GivenWork } from "./rows.ts";

/** Whole months of one year, both included: `{ year: 2023, from: 1, to: 10 }`. */
export interface Months {
  readonly year: number;
  readonly from: number;
  readonly to: number;
}

/** What each work contributes to one sum: an amount per counted row. */
type Contribution = (work: GivenWork, months: Months) => readonly bigint[];

/** A figure as a reader of its definition would count it, row by row, without a database. */
export interface Oracle {
  readonly over: Contribution;
  readonly under?: Contribution;
  /** What it should come to. */
  readonly target?: Contribution;
  readonly aheadOfTime?: boolean;
  /** The plain number times `times[0]` over `times[1]` is in the unit. */
  readonly times: readonly [bigint, bigint];
  /** Decimals; none for all. */
  readonly digits?: number;
}

const monthIn = (month: string, { year, from, to }: Months): boolean =>
  Number(month.slice(0, 4)) === year && Number(month.slice(5, 7)) >= from && Number(month.slice(5, 7)) <= to;
const notAfter = (day: string | undefined, { year, to }: Months): boolean =>
  day !== undefined && (Number(day.slice(0, 4)) < year || (Number(day.slice(0, 4)) === year && Number(day.slice(5, 7)) <= to));
const reports: Contribution = (work, months) =>
  Object.entries(work.reports ?? {}).flatMap(([month, amount]) => (monthIn(month, months) ? [amount] : []));
const plans: Contribution = (work, { year }) =>
  Object.entries(work.plans ?? {}).flatMap(([planned, amount]) => (Number(planned) === year ? [amount] : []));
const once = (counts: boolean): readonly bigint[] => (counts ? [1n] : []);
const due: Contribution = (work, months) => once(work.deadline !== undefined && monthIn(work.deadline, months));
/** The month of a moment eight hours east of Greenwich. */
const monthHere = (moment: string): string => new Date(Date.parse(moment) + 8 * 3_600_000).toISOString().slice(0, 7);

/** The figures of the plugin `works` that are tried at random. */
export const oracles: Readonly<Record<string, Oracle>> = {
  completionRate: { over: reports, under: plans, times: [100n, 1n], digits: 2 },
  lead: { over: reports, under: plans, aheadOfTime: true, times: [100n, 1n], digits: 1 },
  invested: { over: reports, target: plans, times: [1n, 1_000_000n] },
  standing: {
    over: (work, months) => {
      const reported = Object.entries(work.reports ?? {}).filter(([month, amount]) => monthIn(month, months) && amount !== 0n);
      return reported
        .toSorted(([one], [other]) => (one < other ? 1 : -1))
        .slice(0, 1)
        .map(([, amount]) => amount);
    },
    times: [1n, 1_000_000n],
  },
  investedInYi: { over: reports, times: [1n, 10_000_000_000n], digits: 2 },
  total: {
    over: (work) => (work.parent === undefined && work.total !== undefined ? [work.total] : []),
    times: [1n, 1_000_000n],
  },
  startRate: {
    over: (work, months) => (notAfter(work.started, months) ? due(work, months) : []),
    under: due,
    times: [100n, 1n],
    digits: 2,
  },
  startsPlanned: {
    over: (work, { year }) => once(work.nature === "NEW_START" && work.deadline?.slice(0, 4) === String(year)),
    times: [1n, 1n],
  },
  entered: {
    over: (work, months) => once(work.nature !== "PLANNED" && work.enteredAt !== undefined && monthIn(monthHere(work.enteredAt), months)),
    times: [1n, 1n],
  },
};

/** How a work is filed under a dimension, as `byDimension` labels it. */
export const filed: Readonly<Record<string, (work: GivenWork) => string | null>> = {
  nature: ({ nature }) => nature ?? null,
  field: ({ field }) => field ?? null,
  unit: ({ unit }) => unit,
  helper: ({ helper }) => helper ?? null,
  batch: ({ batch }) => (batch === undefined ? null : String(batch)),
  urgent: ({ urgent }) => String(urgent ?? false),
  deadline: ({ deadline }) => (deadline === undefined ? null : `${deadline.slice(0, 4)}-Q${Math.ceil(Number(deadline.slice(5, 7)) / 3)}`),
  enteredAt: ({ enteredAt }) => (enteredAt === undefined ? null : monthHere(enteredAt)),
};

/** The figure of some works, with how many rows it was counted from. */
export function counted(
  oracle: Oracle,
  works: readonly GivenWork[],
  months: Months,
): { readonly value: string | null; readonly rows: number } {
  const over = works.flatMap((work) => oracle.over(work, months));
  const under = oracle.under === undefined ? undefined : works.flatMap((work) => oracle.under?.(work, months) ?? []);
  const rows = over.length + (under?.length ?? 0);
  const ahead = oracle.aheadOfTime === true ? BigInt(months.to - months.from + 1) : 0n;
  const below = under === undefined ? 1n : sum(under);
  if (below === 0n) return { value: null, rows };
  const top = (sum(over) * 12n - ahead * below) * oracle.times[0];
  return { value: decimal(top, below * 12n * oracle.times[1], oracle.digits ?? 6), rows };
}

/** What some works should come to, and how much of it they have reached, in %. */
export function aimed(oracle: Oracle, works: readonly GivenWork[], months: Months): object | null {
  const { target } = oracle;
  if (target === undefined) return null;
  const aim = sum(works.flatMap((work) => target(work, months)));
  const over = sum(works.flatMap((work) => oracle.over(work, months)));
  return { value: counted({ ...oracle, over: target }, works, months).value, reached: aim === 0n ? null : decimal(over * 100n, aim, 2) };
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

/** A quotient as a decimal, rounded half away from zero, without zeros at its end. */
function decimal(over: bigint, under: bigint, digits: number): string {
  const negative = over < 0n !== under < 0n;
  const [top, below] = [over < 0n ? -over : over, under < 0n ? -under : under];
  const units = ((2n * top * 10n ** BigInt(digits)) / below + 1n) / 2n;
  const text = units.toString().padStart(digits + 1, "0");
  const fraction = digits === 0 ? "" : text.slice(-digits).replace(/0+$/, "");
  const shown = `${text.slice(0, text.length - digits)}${fraction === "" ? "" : `.${fraction}`}`;
  return negative && units !== 0n ? `-${shown}` : shown;
}
