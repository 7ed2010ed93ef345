import type { Dice } from "./rows.ts";
import type { Value, Written } from "./values.ts";

interface Variable {
  readonly type: string;
  /** Its values in the two sets; none where it is left out. */
  readonly json: readonly (readonly [unknown] | readonly [])[];
}

/** The variables of a random operation, with two sets of values. */
export class Variables {
  readonly #dice: Dice;
  readonly #known = new Map<string, Variable>();
  /** Whether a variable may stand where something is being written: not inside the value of another. */
  #open = true;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  /**
   * Writes a value as it stands, or makes a variable of it, with another value in the second set: any depth of lists and objects, with a
   * default here and there, and left out where the schema allows.
   *
   * @param needed whether it may not be left out
   */
  use(make: () => Value, needed = false): Written {
    const dice = this.#dice;
    const outer = this.#open;
    const lifted = outer && dice.chance(35);
    this.#open = outer && !lifted;
    const value = make();
    const other = lifted ? make() : value;
    this.#open = outer;
    if (!lifted) return value;
    const name = `v${this.#known.size}`;
    const hasDefault = dice.chance(20);
    const isOmitted = (hasDefault || !(needed || value.type.endsWith("!"))) && dice.chance(30);
    const type = hasDefault ? `${value.type} = ${value.literal}` : value.type;
    this.#known.set(name, { type, json: [[value.json], isOmitted ? [] : [other.json]] });
    return { literal: `$${name}`, json: undefined };
  }

  /** `($v0: Int, $v1: [String!] = ["a"])`, or nothing. */
  declarations(): string {
    const each = [...this.#known].map(([name, { type }]) => `$${name}: ${type}`);
    return each.length === 0 ? "" : `(${each.join(", ")})`;
  }

  /** One of the two sets of values. */
  values(set: 0 | 1): Readonly<Record<string, unknown>> {
    return Object.fromEntries([...this.#known].flatMap(([name, { json }]) => json[set]!.map((value) => [name, value])));
  }
}
