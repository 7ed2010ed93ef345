import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

import type { ConnectionSettings } from "@xianmai/database/postgres";
import { onTestFinished } from "vitest";

/** A door before PostgreSQL: while it is shut, PostgreSQL is away. */
export interface Gate {
  /** How whoever goes through it connects. */
  readonly settings: ConnectionSettings;
  open(): Promise<void>;
  /** Cuts every connection that goes through it, and lets none in. */
  shut(): Promise<void>;
}

/** A door that is shut. */
export async function gateBefore(behind: ConnectionSettings): Promise<Gate> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  };
  const server: Server = createServer((incoming) => {
    const outgoing = behind.host.startsWith("/")
      ? connect(`${behind.host}/.s.PGSQL.${behind.port}`)
      : connect({ host: behind.host, port: behind.port });
    for (const socket of [incoming, outgoing]) keep(socket);
    incoming.pipe(outgoing).pipe(incoming);
    incoming.on("close", () => outgoing.destroy());
    outgoing.on("close", () => incoming.destroy());
  });
  const listen = async (port: number): Promise<void> => {
    server.listen({ host: "127.0.0.1", port });
    await once(server, "listening");
  };
  const shut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  onTestFinished(shut);
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The door has no port.");
  const { port } = address;
  await shut();
  return { settings: { ...behind, host: "127.0.0.1", port }, open: async () => listen(port), shut };
}
