import type { ClientBase } from "pg";

import { momentIn } from "../history/current.ts";
import type { Moment } from "../history/moment.ts";
import { byItself } from "./byte-client.ts";
import { KnownUnits, type FoundUnits } from "./known-units.ts";
import { settingStatement, textArray, unitsIn, type Besides, type Settings, type SettingStatement, type UnitsFrom } from "./settings.ts";
import type { Statement, StatementResult } from "./statement.ts";

/** The state of the database that a connection saw last. */
interface State {
  /** PostgreSQL's own name of it: under the same one a connection sees the same. */
  readonly snapshot: string;
  readonly moment: Moment;
  /** When the tree of units was changed last, where that was asked. */
  readonly treeStamp: string | undefined;
}

/**
 * Tells the state in one cell, null where it is the one whose snapshot is given: then nothing of it need be looked for, which takes longer than to
 * find a row by its key.
 */
function askState(name: string, ...more: readonly string[]): Besides {
  const parts = ["pg_catalog.pg_current_snapshot()", "xm.newest_generation()", "xm.base()", "xm.settled_snapshot()", ...more].join(", ");
  return {
    name,
    columns: (next) => [
      `case when pg_catalog.pg_current_snapshot()::text = $${next}::text then null else pg_catalog.concat_ws(' ', ${parts}) end`,
    ],
  };
}

const ASK_STATE = askState("_state");
/** For whoever sees the rows of some units. Who does not is not to depend on the tree. */
const ASK_STATE_AND_TREE = askState("_state_tree", "xm.tree_stamp()");

/** How a read begins: with the settings, and with a look at the state that it sees. */
export interface Opening {
  readonly statement: Statement;
  /**
   * Learns from the result of the statement. The moment that was read; `undefined` where what was set does not hold in it: the read is begun anew
   * then.
   */
  readonly moment: (result: StatementResult | undefined) => Moment | undefined;
}

interface Made {
  readonly from: UnitsFrom;
  readonly statement: SettingStatement;
}

/** How the reads of a pool's connections begin. Units that are known are set as they are, if the tree is still the one in which they were found. */
export class Openings {
  readonly #known = new KnownUnits();
  readonly #states = new WeakMap<ClientBase, State>();
  readonly #made = new WeakMap<Settings, Made>();

  /** How a read begins on a connection. */
  of(client: ClientBase, settings: Settings): Opening {
    const units = unitsIn(settings);
    const found = units === undefined ? undefined : this.#known.get(units);
    const state = this.#states.get(client);
    const known = units === undefined || state?.treeStamp !== undefined ? state : undefined;
    const { text, name, values } = this.#statement(settings, found === undefined ? "tree, told" : "before");
    const last = known?.snapshot ?? null;
    return {
      statement: { text, name, values: units === undefined ? [...values, last] : [...values, found?.ids ?? textArray(units), last] },
      moment: (result) => {
        const row = result?.rows[0] ?? [];
        const told = row.at(-1);
        const now = typeof told === "string" ? stateIn(told) : known;
        if (now === undefined) throw new Error("The database did not say which state was read.");
        if (now !== known) this.#states.set(client, now);
        if (units === undefined || found?.stamp === now.treeStamp) return now.moment;
        if (found !== undefined) {
          this.#known.forget(units);
          return undefined;
        }
        const lasting = foundIn(row);
        if (lasting !== undefined) this.#known.keep(units, lasting);
        return now.moment;
      },
    };
  }

  /** Another server may answer from now on. */
  forgetAll(): void {
    this.#known.forgetAll();
  }

  #statement(settings: Settings, from: UnitsFrom): SettingStatement {
    const made = this.#made.get(settings);
    if (made?.from === from) return made.statement;
    const statement = settingStatement(settings, from, unitsIn(settings) === undefined ? ASK_STATE : ASK_STATE_AND_TREE);
    if (statement === undefined) throw new Error("There is always the state to ask for.");
    this.#made.set(settings, { from, statement });
    return statement;
  }
}

function stateIn(told: string): State {
  const [snapshot = "", generation, base, settled, treeStamp] = byItself(told).split(" ");
  return { snapshot, treeStamp, moment: momentIn([generation ?? null, base ?? null, settled ?? null]) };
}

/** The units that a statement found and told, where they may stand for the viewer's for as long as the tree has this stamp. */
function foundIn(row: readonly (string | null)[]): FoundUnits | undefined {
  const [ids, stamp, lasts] = row.slice(-4);
  return lasts === "true" ? { ids: ids ?? "{}", stamp: stamp ?? "" } : undefined;
}
