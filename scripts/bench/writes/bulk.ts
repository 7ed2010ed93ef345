import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { Postgres } from "@xianmai/database/postgres";
import { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";

import { HEAD, inTurns, line } from "./figures.ts";
import { COLUMNS, SIDES, type Side, type Tables } from "./tables.ts";

/** Measures many rows at once, as the owner: PostgreSQL lets nobody COPY into a table whose rows are not all theirs. */
export async function bulkBench(
  { owner }: Postgres,
  tables: Tables,
  { rounds, rows }: { readonly rounds: number; readonly rows: number },
): Promise<string> {
  const client = new Client(owner);
  await client.connect();
  try {
    const lines: string[] = [];
    const run = async (name: string, target: string, work: (side: Side) => Promise<void>): Promise<void> => {
      const turns = await inTurns(rounds, async (side) => {
        const start = performance.now();
        await work(side);
        return (performance.now() - start) / 1000;
      });
      await client.query("vacuum (analyze) app.project");
      await client.query("vacuum (analyze) plain.project");
      lines.push(line(name, turns, "s", target));
    };
    await run("COPY", "≤ 1.30", async (side) => copy(client, side, tables, rows));
    await run("INSERT … SELECT", "", async (side) => insert(client, side, tables, rows));
    await run("UPDATE", "", async (side) => {
      await client.query(`update ${SIDES[side]} set total_investment = 1 where id in (${some(side)})`, [rows]);
    });
    await run("DELETE", "", async (side) => {
      await client.query(`delete from ${SIDES[side]} where id in (${some(side)})`, [rows]);
    });
    return [HEAD, ...lines].join("\n");
  } finally {
    await client.end();
  }
}

const some = (side: Side): string => `select id from ${SIDES[side]} where name = 'Bulk' limit $1`;

async function copy(client: Client, side: Side, { units, field }: Tables, rows: number): Promise<void> {
  const target = client.query(copyFrom(`copy ${SIDES[side]} (${COLUMNS}) from stdin`));
  await pipeline(Readable.from(lines(units, field, rows)), target);
}

function* lines(units: readonly string[], field: string, rows: number): Generator<string> {
  const run = randomUUID();
  for (let at = 0; at < rows; at += 500) {
    let text = "";
    for (let row = at; row < Math.min(at + 500, rows); row += 1) {
      const [township = "", unit = ""] = [units[row % units.length], units[(row * 7) % units.length]];
      text += `${run}-${row}\tBulk\tNEW_START\tCOUNTY\t${field}\tRESERVED\t${township}\t${unit}\t5000\tcontent of a project\n`;
    }
    yield text;
  }
}

async function insert(client: Client, side: Side, { units, field }: Tables, rows: number): Promise<void> {
  await client.query(
    `insert into ${SIDES[side]} (${COLUMNS})
     select gen_random_uuid()::text, 'Bulk', 'NEW_START', 'COUNTY', $1, 'RESERVED', ($2::uuid[])[1 + n % $3], ($2::uuid[])[1 + n * 7 % $3], 5000, 'content of a project'
     from generate_series(1, $4::int) n`,
    [field, units, units.length, rows],
  );
}
