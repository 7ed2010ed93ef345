import { readFileSync, readlinkSync, writeFileSync } from "node:fs";

import type { DataFolder } from "./data-folder.ts";
import { codeOf } from "./system-error.ts";

const note = "postgres-system.txt";

/** Writes down that PostgreSQL was started here: in this container, since this boot of the machine. */
export function noteSystem(folder: DataFolder): void {
  const file = folder.file(note);
  writeFileSync(file, `${here()}\n`);
  folder.handOver(file);
}

/** Whether PostgreSQL was last started where this process would not see it: in another container, or on another machine that shares the folder. */
export function startedElsewhere(folder: DataFolder): boolean {
  const noted = read(() => readFileSync(folder.file(note), "utf8").trim());
  return noted !== "" && noted !== here();
}

/** Empty on systems that have no containers. */
function here(): string {
  const boot = read(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const processes = read(() => readlinkSync("/proc/self/ns/pid"));
  return `${boot} ${processes}`.trim();
}

function read(look: () => string): string {
  try {
    return look();
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES", "EPERM"].includes(codeOf(error) ?? "")) return "";
    throw error;
  }
}
