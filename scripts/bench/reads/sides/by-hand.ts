import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { Pool, type PoolConfig } from "pg";

import { serve } from "./child.ts";
import { STATEMENTS } from "../statements.ts";

/** The least that can be done: one prepared statement whose only cell is the answer, and a server that sends it. */
serve<PoolConfig>(async ({ connection, pool: max }) => {
  const pool = new Pool({ ...connection, max, options: "-c search_path=app" });
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const statement = STATEMENTS[pathname.slice(1)];
    if (statement === undefined) return response.writeHead(404).end();
    const values = [...searchParams.values()];
    pool
      .query<[string]>({ name: pathname, text: statement, values, rowMode: "array" })
      .then(({ rows }) => response.setHeader("content-type", "application/json").end(rows[0]?.[0]))
      .catch((error: unknown) => {
        console.error(error);
        response.writeHead(500).end();
      });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
});
