import { isWorkday } from "chinese-days";

/** What is known of an errand. */
export interface Errand {
  readonly code: string;
  unit: string;
  deadline: string | undefined;
  doneOn: string | undefined;
  stage: "OPEN" | "HANDLED" | "DONE";
  /** When it came into its stage. */
  since: Date;
}

/** An alert from when it was seen to stand until it was seen to stand no more. */
export interface Spell {
  readonly rule: string;
  readonly code: string;
  readonly level: number;
  readonly raisedAt: string;
  clearedAt: string | null;
}

/** The units of the test, and what lies above each. */
export const ABOVE: Readonly<Record<string, string | undefined>> = { Z: undefined, A: "Z", B: "Z" };

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The county's day of a moment, counted from 1970-01-01, and its hour. */
function local(at: Date): { readonly day: number; readonly hour: number } {
  const shifted = at.getTime() + 8 * HOUR;
  return { day: Math.floor(shifted / DAY), hour: (shifted % DAY) / HOUR };
}

/** The date of a day. */
export function dateOf(at: Date): string {
  return new Date(at.getTime() + 8 * HOUR).toISOString().slice(0, 10);
}

/** When offices close on the n-th working day after what came at a moment, by the published calendar. */
function closeAfter(since: Date, days: number): Date {
  const works = (day: number): boolean => isWorkday(new Date(day * DAY).toISOString().slice(0, 10));
  let { day } = local(since);
  if (local(since).hour > 18 || !works(day)) {
    do day += 1;
    while (!works(day));
  }
  for (let left = days; left > 0; left -= 1) {
    do day += 1;
    while (!works(day));
  }
  return new Date(day * DAY + 10 * HOUR);
}

/** Works out for itself which alerts stand, and writes down each from when it is seen to stand. */
export class AlertOracle {
  readonly spells: Spell[] = [];
  readonly #open = new Map<string, Spell>();

  /** Looks at everything at a moment. */
  look(errands: readonly Errand[], now: Date): void {
    const at = now.toISOString();
    const standing = new Map(errands.flatMap((errand) => this.#standing(errand, now)).map((one) => [one.join(" "), one] as const));
    for (const [key, spell] of this.#open) {
      if (standing.has(key)) continue;
      spell.clearedAt = at;
      this.#open.delete(key);
    }
    for (const [key, [rule, code, level]] of standing) {
      if (this.#open.has(key)) continue;
      const spell: Spell = { rule, code, level, raisedAt: at, clearedAt: null };
      this.#open.set(key, spell);
      this.spells.push(spell);
    }
  }

  #standing({ code, unit, deadline, doneOn, stage, since }: Errand, now: Date): readonly (readonly [string, string, number])[] {
    const late = doneOn === undefined && deadline !== undefined && deadline < dateOf(now);
    const passed = (days: number): boolean => stage === "HANDLED" && closeAfter(since, days) <= now;
    return [
      ...(late ? [["errandLate", code, 0] as const] : []),
      ...(passed(2) && !passed(3) ? [["errandHandledDueSoon", code, 0] as const] : []),
      ...(passed(3) ? [["errandHandledOverdue", code, 0] as const] : []),
      ...(passed(5) && ABOVE[unit] !== undefined ? [["errandHandledOverdue", code, 1] as const] : []),
    ];
  }
}
