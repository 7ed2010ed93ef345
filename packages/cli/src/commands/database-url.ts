import { exitCode } from "../exit-code.ts";
import { readSettings, withDatabase, type Flags } from "../platform.ts";
import type { Terminal } from "../terminal.ts";

/** `xianmai database url`: prints the owner's libpq URL and nothing else, so that psql can be given it. */
export async function databaseUrl(terminal: Terminal, flags: Flags): Promise<number> {
  await withDatabase(terminal, await readSettings(flags), ({ postgres }) => {
    terminal.out(`${postgres.ownerUrl}\n`);
    if (!postgres.joined) {
      terminal.note("自带的 PostgreSQL 只在服务器运行时可用，请先运行 npm start。\n");
      terminal.note("The private PostgreSQL can be reached while the server runs: npm start.\n");
    }
    return Promise.resolve();
  });
  return exitCode.done;
}
