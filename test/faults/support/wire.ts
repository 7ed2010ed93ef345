import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

import type { TestDatabase } from "@xianmai/database/testing";

/** What went to PostgreSQL over the connections for reading. */
export interface Traffic {
  /** Statements that were executed, those that make settings too. */
  readonly statements: number;
  /** How often an answer was waited for. */
  readonly roundTrips: number;
}

/** A wire between a server and PostgreSQL that is listened in on. It knows nothing of the server: it reads PostgreSQL's own protocol. */
export interface Wire {
  /** Where the server is to connect to. */
  readonly app: TestDatabase["app"];
  /** What went over it since the last call. */
  taken(): Traffic;
  close(): Promise<void>;
}

type Count = (kind: keyof Traffic) => void;

/** Lays a wire to a database. */
export async function tapWire(app: TestDatabase["app"]): Promise<Wire> {
  let counted = { statements: 0, roundTrips: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = app.host.startsWith("/") ? connect(`${app.host}/.s.PGSQL.${app.port}`) : connect(app.port, app.host);
    near.on(
      "data",
      listenIn((kind) => {
        counted[kind] += 1;
      }),
    );
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    app: { ...app, host: "127.0.0.1", port },
    taken: () => {
      const taken = counted;
      counted = { statements: 0, roundTrips: 0 };
      return taken;
    },
    close: async () => {
      const closed = once(server.close(), "close");
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Counts what a client says. The first message of a connection tells what it is for; every later one begins with its kind and its length. */
function listenIn(count: Count): (chunk: Buffer) => void {
  let heard = Buffer.alloc(0);
  let reads: boolean | undefined;
  return (chunk) => {
    heard = Buffer.concat([heard, chunk]);
    for (;;) {
      const head = reads === undefined ? 0 : 1;
      if (heard.length < head + 4) return;
      const length = head + heard.readUInt32BE(head);
      if (heard.length < length) return;
      const message = heard.subarray(0, length);
      heard = heard.subarray(length);
      if (reads === undefined) reads = message.includes("application_name\0xianmai read\0");
      else if (reads) countMessage(String.fromCharCode(message[0]!), count);
    }
  };
}

function countMessage(kind: string, count: Count): void {
  // Execute and Sync of the extended protocol; Query of the simple one is both
  if (kind === "E" || kind === "Q") count("statements");
  if (kind === "S" || kind === "Q") count("roundTrips");
}
