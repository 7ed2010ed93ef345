import fc from "fast-check";
import { expect, test } from "vitest";

import { waitAfter } from "../src/screens/link/backoff.ts";
import { gridFor } from "../src/screens/projects/cells.tsx";

test("a screen that lost its server tries again within a second, then less often, at least every 15 seconds", () => {
  expect(waitAfter(1, () => 0)).toBe(500);
  expect(waitAfter(1, () => 1)).toBe(1000);
  expect(waitAfter(3, () => 1)).toBe(4000);
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 100_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const wait = waitAfter(failures, () => random);
      expect(wait).toBeGreaterThanOrEqual(4000);
      expect(wait).toBeLessThanOrEqual(15_000);
    }),
  );
});

test("however many projects a batch has, all its cells find room", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0.2, max: 20, noNaN: true }), (cells, aspect) => {
      const { columns, rows } = gridFor(cells, aspect);
      expect(columns * rows).toBeGreaterThanOrEqual(cells);
      expect((rows - 1) * columns).toBeLessThan(cells);
    }),
  );
});
