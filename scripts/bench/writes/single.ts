import { randomUUID } from "node:crypto";

import type { Postgres } from "@xianmai/database/postgres";
import { Client } from "pg";

import { HEAD, inSlices, line, type Slice } from "./figures.ts";
import { COLUMNS, SIDES, type Side, type Tables } from "./tables.ts";

interface Write {
  readonly name: string;
  readonly text: string;
  readonly values: () => readonly unknown[];
}

/** How a write is wrapped. */
type Wrapping = "transaction" | "alone";

const CONNECTIONS = [1, 8] as const;
/** Milliseconds. */
const SLICE = 100;

/** Measures INSERT and UPDATE of single rows. */
export async function singleBench(
  postgres: Postgres,
  tables: Tables,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<string> {
  const lines: string[] = [];
  for (const kind of ["update", "insert"] as const) {
    for (const wrapping of ["transaction", "alone"] as const) {
      for (const count of CONNECTIONS) {
        const clients = await connect(postgres, count, wrapping);
        const measure = async (side: Side) => slice(clients, writes(kind, side, tables), wrapping, tables);
        const turns = await inSlices(rounds, Math.ceil((seconds * 1000) / SLICE), measure);
        for (const client of clients) await client.end();
        const target = wrapping === "transaction" ? (count === 1 ? "≥ 0.70" : "≥ 0.60") : "";
        const how = wrapping === "transaction" ? wrapping : "autocommit";
        lines.push(line(`${kind.toUpperCase()}, ${how}, ${count} connection${count === 1 ? "" : "s"}`, turns, "/s", target));
      }
    }
  }
  return [HEAD, ...lines].join("\n");
}

/** On its own a write needs the county-wide role from the start; in a transaction it is written by an office, for its own units. */
async function connect({ app }: Postgres, count: number, wrapping: Wrapping): Promise<readonly Client[]> {
  const clients = Array.from(
    { length: count },
    () => new Client({ ...app, ...(wrapping === "alone" ? { options: "-c role=xm_all" } : {}) }),
  );
  for (const client of clients) await client.connect();
  return clients;
}

function writes(kind: "update" | "insert", side: Side, { projects, units, field }: Tables): Write {
  const table = SIDES[side];
  const any = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(Math.random() * items.length)];
  if (kind === "update") {
    return {
      name: `update ${side}`,
      text: `update ${table} set total_investment = $1 where id = $2`,
      values: () => [Math.floor(Math.random() * 1e9), any(projects)],
    };
  }
  return {
    name: `insert ${side}`,
    text: `insert into ${table} (${COLUMNS}) values ($1, 'New', 'NEW_START', 'COUNTY', $2, 'RESERVED', $3, $4, 5000, 'content of a new project')`,
    values: () => [randomUUID(), field, any(units), any(units)],
  };
}

/** What all connections together did for a short while. */
async function slice(clients: readonly Client[], write: Write, wrapping: Wrapping, { units }: Tables): Promise<Slice> {
  const set = {
    name: "set",
    text: "select set_config('xm.units', $1, true), set_config('xm.wunits', $1, true), set_config('xm.writes', 'on', true), set_config('xm.actor', 'li', true), set_config('xm.origin', 'bench', true)",
    values: [`{${units.join(",")}}`],
  };
  const start = performance.now();
  const end = start + SLICE;
  const counts = await Promise.all(
    clients.map(async (client) => {
      let done = 0;
      while (performance.now() < end) {
        if (wrapping === "transaction") {
          await client.query("begin");
          await client.query(set);
        }
        const { rowCount } = await client.query({ name: write.name, text: write.text, values: [...write.values()] });
        if (rowCount !== 1) throw new Error(`${write.name} touched ${rowCount} rows.`);
        if (wrapping === "transaction") await client.query("commit");
        done += 1;
      }
      return done;
    }),
  );
  return { done: counts.reduce((all, one) => all + one, 0), seconds: (performance.now() - start) / 1000 };
}
