import type { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

import { longest } from "./support/command.ts";
import { openGivenDatabase, type GivenDatabase } from "./support/given.ts";
import type { Server } from "./support/server.ts";

const page = `{
  projects(first: 50) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      id code name stage totalInvestment
      responsibleUnit { id code name }
      township { id code name }
      enterprise { id name }
    }
  }
}`;

interface Page {
  readonly projects: {
    readonly totalCount: number;
    readonly nodes: readonly { readonly township: { readonly name: string } | null }[];
  };
}

let database: GivenDatabase;
let server: Server;
let psql: Client;

beforeAll(async () => {
  database = await openGivenDatabase();
  server = await database.serve();
  psql = await database.psql();
});

afterAll(async () => database.close());

/** Reads the page, and says what that cost: what the server counts of itself, and what went over the wire. */
async function read(): Promise<{ readonly total: number; readonly shown: number; readonly cost: object }> {
  const before = await counted();
  database.wire.taken();
  const { data, errors } = await server.ask<Page>(page);
  expect(errors).toBeUndefined();
  const { totalCount, nodes } = data!.projects;
  expect(nodes.filter(({ township }) => township === null)).toEqual([]);
  return { total: totalCount, shown: nodes.length, cost: { counted: (await counted()) - before, wire: database.wire.taken() } };
}

async function counted(): Promise<number> {
  const response = await fetch(`${server.url}/metrics`);
  return Number(/^xianmai_statements_total (\d+)$/m.exec(await response.text())?.[1]);
}

test(
  "a page of 50 projects with unit, township and enterprise takes the same few statements, in one round trip, with the demo and with 146,000 projects",
  { timeout: longest },
  async () => {
    const small = await read();
    // a count, the page with what it refers to, and over the wire the viewer's settings before them
    const cost = { counted: 2, wire: { statements: 3, roundTrips: 1 } };
    expect(small).toEqual({ total: small.total, shown: 50, cost });

    const { total } = small;
    const missing = 146_000 - total;
    await psql.query(
      `insert into app.project (code, name, nature, level, field_id, stage, enterprise_id, township_id, responsible_unit_id, leader_id, total_investment)
      select p.code || '-' || g, p.name, nature, level, field_id, stage, enterprise_id, township_id, responsible_unit_id, leader_id, total_investment
      from generate_series(1, ${Math.ceil(missing / total)}) g, app.project p order by g, p.code limit ${missing}`,
    );
    expect(await read()).toEqual({ total: 146_000, shown: 50, cost });
  },
);
