import { Decimal, type DecimalText } from "@xianmai/plugin-api";

/** An exact decimal while it is calculated with. */
export type Exact = InstanceType<typeof Decimal>;

/** A quotient that was not carried out yet, so that nothing is rounded before the end. */
export interface Fraction {
  readonly over: Exact;
  readonly under: Exact;
}

/** Reads a whole number or a decimal. */
export function exact(value: string | bigint): Exact {
  return new Decimal(String(value));
}

/** A number that is divided by nothing. */
export function whole(value: Exact): Fraction {
  return { over: value, under: exact("1") };
}

/** How much one is more than the other. */
export function difference(one: Fraction, other: Fraction): Fraction {
  return { over: one.over.times(other.under).minus(other.over.times(one.under)), under: one.under.times(other.under) };
}

/** How many times the size of the other one is, with its own sign. */
export function relative(one: Fraction, other: Fraction): Fraction {
  return { over: one.over.times(other.under.abs()), under: one.under.times(other.over.abs()) };
}

/**
 * Writes a quotient as a decimal: moved by powers of ten, divided, and rounded once, half up (away from zero).
 *
 * @param digits decimals that are kept; all of them where `undefined`, which a whole number alone may be
 * @returns null where something would be divided by zero
 */
export function decimalOf({ over, under }: Fraction, power: number, digits: number | undefined): DecimalText | null {
  const zero = exact("0");
  if (under.eq(zero)) return null;
  const moved = over.times(`1e${power}`);
  const found = digits === undefined ? moved : divided(moved, under, digits);
  return (found.eq(zero) ? "0" : found.toFixed()) as DecimalText;
}

function divided(over: Exact, under: Exact, digits: number): Exact {
  // a constructor of its own: how a quotient is rounded belongs to it
  const Rounding = Decimal();
  Rounding.DP = digits;
  Rounding.RM = Rounding.roundHalfUp;
  return new Rounding(over).div(under);
}
