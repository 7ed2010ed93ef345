import type { Connection } from "pg";

import type { Statement } from "./statement.ts";

/** Beyond this the statement that was used least recently is closed on the server. */
const PREPARED_LIMIT = 500;

/** What must be sent before a statement can be bound, and under which name. */
export interface Preparation {
  readonly name: string;
  /** Names to close first. */
  readonly close: readonly string[];
  readonly parse: boolean;
}

interface Known {
  readonly text: string;
  /** How it is called if it is sent as it is. */
  readonly ready: Preparation;
  /** When it was used last, by the count of uses. */
  used: number;
}

const NO_NAMES: readonly string[] = [];
const UNNAMED: Preparation = { name: "", close: NO_NAMES, parse: true };

/** The prepared statements of each connection of a pool. */
export class PreparedStatements {
  readonly #connections = new WeakMap<Connection, PreparedOnConnection>();

  /** Those of a connection. */
  on(connection: Connection): PreparedOnConnection {
    const found = this.#connections.get(connection) ?? new PreparedOnConnection();
    this.#connections.set(connection, found);
    return found;
  }
}

/** The prepared statements of a connection. */
export class PreparedOnConnection {
  /** By role and name. */
  readonly #known = new Map<string, Map<string, Known>>();
  readonly #doubtful = new Set<string>();
  #count = 0;
  #uses = 0;

  /**
   * Says what to send for a statement, and counts on its being sent.
   *
   * @param role part of its name on the server, since a plan made under one role is of no use to another
   * @throws Error when the name already stands for another text: a mistake of the caller
   */
  prepare({ name, text }: Statement, role: string | undefined): Preparation {
    if (name === undefined) return UNNAMED;
    const names = this.#known.get(role ?? "") ?? new Map<string, Known>();
    const known = names.get(name);
    if (known !== undefined) {
      if (known.text !== text) throw new Error(`Statement name ${name} already stands for another text.`);
      known.used = this.#uses += 1;
      return known.ready;
    }
    const full = fullName(name, role);
    const close = this.#doubtful.delete(full) ? [full] : [];
    if (this.#count >= PREPARED_LIMIT) close.push(this.#forgetOldest());
    this.#known.set(role ?? "", names.set(name, { text, ready: { name: full, close: NO_NAMES, parse: false }, used: (this.#uses += 1) }));
    this.#count += 1;
    return { name: full, close, parse: true };
  }

  /** Forgets statements of which it is not known whether the server has them: they are closed and parsed anew when next used. */
  doubt(statements: readonly Statement[], role: string | undefined): void {
    for (const { name } of statements) {
      if (name === undefined) continue;
      if (this.#known.get(role ?? "")?.delete(name) === true) this.#count -= 1;
      this.#doubtful.add(fullName(name, role));
    }
  }

  #forgetOldest(): string {
    let oldest: { readonly names: Map<string, Known>; readonly name: string; readonly known: Known } | undefined;
    for (const names of this.#known.values()) {
      for (const [name, known] of names) if (oldest === undefined || known.used < oldest.known.used) oldest = { names, name, known };
    }
    if (oldest === undefined) throw new Error("No statement is prepared.");
    oldest.names.delete(oldest.name);
    this.#count -= 1;
    return oldest.known.ready.name;
  }
}

function fullName(name: string, role: string | undefined): string {
  return role === undefined ? name : `${name}/${role}`;
}
