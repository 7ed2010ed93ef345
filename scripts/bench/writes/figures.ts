/** What turns came to: each a pair that was measured one after the other. */
export interface Turn {
  readonly plain: number;
  readonly guarded: number;
}

/** Characters of the first column. */
const WIDTH = 36;

/** The middle value; of an even number the upper of the two. */
function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/**
 * A line of the table: the medians of both sides, the median of the turns' own ratios, and how far these spread.
 *
 * @param target what the ratio should be, with the direction: `≥ 0.70`
 */
export function line(name: string, turns: readonly Turn[], unit: string, target: string): string {
  const ratios = turns.map(({ plain, guarded }) => guarded / plain);
  const sides = [turns.map(({ plain }) => plain), turns.map(({ guarded }) => guarded)].map((side) =>
    median(side).toFixed(unit === "s" ? 2 : 0),
  );
  const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  return `| ${name.padEnd(WIDTH)} | ${`${sides[0] ?? ""} ${unit}`.padStart(10)} | ${`${sides[1] ?? ""} ${unit}`.padStart(10)} | ${median(ratios).toFixed(2).padStart(5)} | ${spread.padStart(11)} | ${target.padStart(7)} |`;
}

/** The head of the table. */
export const HEAD = `| ${"".padEnd(WIDTH)} | ${"plain".padStart(10)} | ${"guarded".padStart(10)} | ${"ratio".padStart(5)} | ${"spread".padStart(11)} | ${"target".padStart(7)} |\n| ${"-".repeat(WIDTH)} | ${"-".repeat(10)} | ${"-".repeat(10)} | ${"-".repeat(5)} | ${"-".repeat(11)} | ${"-".repeat(7)} |`;

const BOTH = ["plain", "guarded"] as const;

/** Measures both sides in turns; which goes first changes, so that neither has the warmer cache. */
export async function inTurns(rounds: number, measure: (side: "plain" | "guarded") => Promise<number>): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const found = { plain: Number.NaN, guarded: Number.NaN };
    for (const side of round % 2 === 0 ? BOTH : BOTH.toReversed()) found[side] = await measure(side);
    turns.push(found);
  }
  return turns;
}

/** What was done in a slice of time. */
export interface Slice {
  readonly done: number;
  readonly seconds: number;
}

/**
 * Measures both sides in short slices that alternate, so that whatever else the machine does meets both alike.
 *
 * @param slices of each side in a round
 * @returns what each side did per second, for each round
 */
export async function inSlices(
  rounds: number,
  slices: number,
  measure: (side: "plain" | "guarded") => Promise<Slice>,
): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const sums = { plain: { done: 0, seconds: 0 }, guarded: { done: 0, seconds: 0 } };
    for (let slice = 0; slice < slices; slice += 1) {
      for (const side of slice % 2 === 0 ? BOTH : BOTH.toReversed()) {
        const { done, seconds } = await measure(side);
        sums[side].done += done;
        sums[side].seconds += seconds;
      }
    }
    turns.push({ plain: sums.plain.done / sums.plain.seconds, guarded: sums.guarded.done / sums.guarded.seconds });
  }
  return turns;
}
