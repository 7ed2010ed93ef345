import type { Connection } from "pg";

import type { Statement } from "./statement.ts";

/** Beyond this the statement that was used least recently is closed on the server. */
const PREPARED_LIMIT = 500;

/** What must be sent before a statement can be bound. */
export interface Preparation {
  /** Names to close first. */
  readonly close: readonly string[];
  readonly parse: boolean;
}

/** The prepared statements of each connection of a pool. */
export class PreparedStatements {
  readonly #connections = new WeakMap<Connection, Map<string, string>>();
  readonly #doubtful = new WeakMap<Connection, Set<string>>();

  /**
   * Says what to send for a statement, and counts on its being sent.
   *
   * @throws Error when the name already stands for another text: a mistake of the caller
   */
  prepare(connection: Connection, name: string, text: string): Preparation {
    const known = this.#known(connection);
    const doubtful = this.#doubted(connection);
    const before = known.get(name);
    if (before !== undefined && before !== text) throw new Error(`Statement name ${name} already stands for another text.`);
    if (before !== undefined) {
      known.delete(name);
      known.set(name, text);
      return { close: [], parse: false };
    }
    const close = doubtful.delete(name) ? [name] : [];
    const oldest = known.size >= PREPARED_LIMIT ? known.keys().next().value : undefined;
    if (oldest !== undefined) {
      known.delete(oldest);
      close.push(oldest);
    }
    known.set(name, text);
    return { close, parse: true };
  }

  /** Forgets statements of which it is not known whether the server has them: they are closed and parsed anew when next used. */
  doubt(connection: Connection, statements: readonly Statement[]): void {
    const known = this.#known(connection);
    const doubtful = this.#doubted(connection);
    for (const { name } of statements) {
      if (name === undefined) continue;
      known.delete(name);
      doubtful.add(name);
    }
  }

  #known(connection: Connection): Map<string, string> {
    return inMap(this.#connections, connection, () => new Map<string, string>());
  }

  #doubted(connection: Connection): Set<string> {
    return inMap(this.#doubtful, connection, () => new Set<string>());
  }
}

function inMap<Key extends object, Value>(map: WeakMap<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
