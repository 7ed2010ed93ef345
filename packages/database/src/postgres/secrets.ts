import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

import type { DataFolder } from "./data-folder.ts";
import { secret } from "./scram.ts";

/** The passwords of a private server. They stand in a file that its owner alone may read. */
export interface Secrets {
  readonly superuser: string;
  readonly owner: string;
}

const name = "postgres-passwords.json";

/** The passwords of a data folder; `undefined` where it has none yet, or the file was lost. */
export function readSecrets(folder: DataFolder): Secrets | undefined {
  const file = folder.file(name);
  if (!existsSync(file)) return undefined;
  const found: unknown = JSON.parse(readFileSync(file, "utf8"));
  return isSecrets(found) ? found : undefined;
}

/** New passwords, written down before anything uses them. */
export function makeSecrets(folder: DataFolder): Secrets {
  const made = { superuser: secret(), owner: secret() };
  const file = folder.file(name);
  const half = `${file}.half`;
  writeFileSync(half, `${JSON.stringify(made, undefined, 2)}\n`, { mode: 0o600 });
  folder.handOver(half);
  renameSync(half, file);
  return made;
}

function isSecrets(found: unknown): found is Secrets {
  return (
    typeof found === "object" &&
    found !== null &&
    "superuser" in found &&
    typeof found.superuser === "string" &&
    "owner" in found &&
    typeof found.owner === "string"
  );
}
