import { once } from "node:events";
import { connect, type Socket } from "node:net";
import process from "node:process";

/** What to send, and for how long. */
export interface Load {
  readonly port: number;
  /** Whole requests, as bytes of HTTP/1.1; each connection sends them in turn, the next as soon as the last is answered. */
  readonly requests: readonly string[];
  readonly connections: number;
  /** Milliseconds. */
  readonly time: number;
}

/** What came of it. */
export interface Loaded {
  readonly done: number;
  /** Milliseconds that it really took. */
  readonly time: number;
}

/** Sends requests over connections that stay open: as little of a client as there can be, since it shares a processor with PostgreSQL. */
async function run({ port, requests, connections, time }: Load): Promise<Loaded> {
  const bytes = requests.map((request) => Buffer.from(request));
  const start = performance.now();
  const end = start + time;
  const counts = await Promise.all(Array.from({ length: connections }, async (_, at) => one(port, bytes, at, end)));
  return { done: counts.reduce((all, done) => all + done, 0), time: performance.now() - start };
}

async function one(port: number, requests: readonly Buffer[], first: number, end: number): Promise<number> {
  const socket: Socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let next = first;
  let done = 0;
  let head = "";
  let missing = -1;
  const send = (): void => {
    const request = requests[next % requests.length];
    next += 7;
    if (request !== undefined) socket.write(request);
  };
  socket.on("data", (chunk: Buffer) => {
    if (missing < 0) {
      head += chunk.toString("latin1");
      const at = head.indexOf("\r\n\r\n");
      if (at < 0) return;
      const length = /\r\ncontent-length: *(\d+)/i.exec(head.slice(0, at + 2))?.[1];
      if (!head.startsWith("HTTP/1.1 200") || length === undefined)
        return reject(new Error(`No answer with a length: ${head.slice(0, 500)}`));
      missing = Number(length) - (head.length - at - 4);
      head = "";
    } else missing -= chunk.length;
    if (missing > 0) return;
    missing = -1;
    done += 1;
    if (performance.now() < end) send();
    else resolve(done);
  });
  socket.once("error", reject);
  socket.once("close", () => reject(new Error("The connection was closed.")));
  send();
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

process.on("message", (load: Load) => {
  run(load).then(
    (loaded) => process.send?.(loaded),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.once("disconnect", () => process.exit(0));
