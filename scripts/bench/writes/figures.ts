/** What turns came to: each a pair that was measured one after the other. */
export interface Turn {
  readonly plain: number;
  readonly guarded: number;
}

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
  return `| ${name.padEnd(34)} | ${`${sides[0] ?? ""} ${unit}`.padStart(10)} | ${`${sides[1] ?? ""} ${unit}`.padStart(10)} | ${median(ratios).toFixed(2).padStart(5)} | ${spread.padStart(11)} | ${target.padStart(7)} |`;
}

/** The head of the table. */
export const HEAD = `| ${"".padEnd(34)} | ${"plain".padStart(10)} | ${"guarded".padStart(10)} | ${"ratio".padStart(5)} | ${"spread".padStart(11)} | ${"target".padStart(7)} |\n| ${"-".repeat(34)} | ${"-".repeat(10)} | ${"-".repeat(10)} | ${"-".repeat(5)} | ${"-".repeat(11)} | ${"-".repeat(7)} |`;

/** Measures both sides in turns; which goes first changes, so that neither has the warmer cache. */
export async function inTurns(rounds: number, measure: (side: "plain" | "guarded") => Promise<number>): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? (["plain", "guarded"] as const) : (["guarded", "plain"] as const);
    const found = new Map<string, number>();
    for (const side of order) found.set(side, await measure(side));
    turns.push({ plain: found.get("plain") ?? Number.NaN, guarded: found.get("guarded") ?? Number.NaN });
  }
  return turns;
}
