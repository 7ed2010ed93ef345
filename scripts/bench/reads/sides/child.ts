import process from "node:process";

/** What a process that serves is told to begin with: where the database is. */
export interface Place<Connection = unknown> {
  readonly connection: Connection;
  /** Connections to PostgreSQL, the same on every side. */
  readonly pool: number;
}

/** What it answers: where it listens. */
export interface Listening {
  readonly port: number;
}

/** Microseconds of this process's CPU, user and system, since it began. */
export interface CpuUsed {
  readonly cpu: number;
}

/**
 * Runs one side of a comparison in a process of its own: listens as soon as it is told where the database is, and tells its CPU whenever it is asked.
 *
 * @param listen resolves with the port once it answers
 */
export function serve<Connection>(listen: (place: Place<Connection>) => Promise<number>): void {
  process.on("message", (message: Place<Connection> | "cpu") => {
    if (message === "cpu") {
      const { user, system } = process.cpuUsage();
      process.send?.({ cpu: user + system } satisfies CpuUsed);
      return;
    }
    listen(message).then(
      (port) => process.send?.({ port } satisfies Listening),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.once("disconnect", () => process.exit(0));
}
