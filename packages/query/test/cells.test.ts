import { wanFromMoney } from "@xianmai/plugin-api";
import fc from "fast-check";
import { expect, test } from "vitest";

import { wanText } from "../src/plan/cells.ts";

test("amounts read out of PostgreSQL's digits are those of exact arithmetic, of any size and sign", () => {
  fc.assert(
    fc.property(fc.oneof(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), fc.bigInt({ min: -2_000_000n, max: 2_000_000n })), (fen) => {
      expect(wanText(String(fen))).toBe(wanFromMoney(fen));
      expect(wanText(String(fen * 10_000n))).toBe(wanFromMoney(fen * 10_000n));
    }),
  );
});
