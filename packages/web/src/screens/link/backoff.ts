const first = 1000;
const longest = 15_000;

/**
 * How long to wait before the next attempt, in milliseconds: after one failure half a second to one second, doubled with each further one, never
 * more than 15 s. `random` (0 to 1) keeps a hundred screens from coming back at the same moment.
 */
export function waitAfter(failures: number, random: () => number): number {
  const ceiling = Math.min(longest, first * 2 ** Math.max(0, failures - 1));
  return ceiling / 2 + (ceiling / 2) * random();
}
