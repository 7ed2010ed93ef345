import fc from "fast-check";

/** Moments in milliseconds, spread over the time up to `latest`: they look random, and are the same in every run. */
export function moments(seed: number, count: number, latest: number): readonly number[] {
  const share = latest / count;
  const within = fc.sample(fc.noBias(fc.integer({ min: 0, max: Math.floor(share) })), { seed, numRuns: count });
  return within.map((jitter, at) => Math.round(at * share + jitter));
}
