import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { notes } from "./places.mjs";

const beat = 1000;
const silence = 15_000;
const file = join(notes, "lock");

/**
 * Runs `work` while no other start or test run of this checkout installs or builds; the second one waits. A holder that was killed is noticed by
 * its dead process or, where the number went to another process, by its silence.
 * @param {() => Promise<void>} work
 * @returns {Promise<void>}
 */
export async function alone(work) {
  mkdirSync(notes, { recursive: true });
  const mine = `${process.pid} ${process.hrtime.bigint()}`;
  let said = false;
  while (!take(mine)) {
    if (!said) console.log("  另一个进程正在安装或编译，等待 Another process is installing or building, waiting …");
    said = true;
    await wait(200);
  }
  const beating = setInterval(() => touch(), beat);
  const leave = () => {
    // after a long sleep of the machine it may be another one's by now
    if (read(file)?.text === mine) rmSync(file, { force: true });
  };
  process.once("exit", leave);
  try {
    await work();
  } finally {
    clearInterval(beating);
    process.off("exit", leave);
    leave();
  }
}

/** @param {string} mine @returns {boolean} whether the lock is ours now */
function take(mine) {
  try {
    writeFileSync(file, mine, { flag: "wx" });
    return true;
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  }
  const holder = read(file);
  if (holder !== undefined && abandoned(holder)) breakLock(holder);
  return false;
}

/** @param {{ text: string, touched: number }} holder @returns {boolean} */
function abandoned({ text, touched }) {
  if (Date.now() - touched > silence) return true;
  const pid = Number.parseInt(text, 10);
  // an empty file is one whose holder is just writing it
  if (Number.isNaN(pid)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return isCode(error, "ESRCH");
  }
}

/**
 * Two waiters may find the same dead holder, and the slower one must not remove the lock of the faster: what was moved aside is looked at again.
 * @param {{ text: string }} holder
 */
function breakLock(holder) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (read(aside)?.text !== holder.text) linkSync(aside, file);
  } catch (error) {
    if (!isCode(error, "ENOENT") && !isCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function touch() {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw error;
  }
}

/** @param {string} path @returns {{ text: string, touched: number } | undefined} */
function read(path) {
  try {
    return { text: readFileSync(path, "utf8"), touched: statSync(path).mtimeMs };
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** @param {unknown} error @param {string} code @returns {boolean} */
function isCode(error, code) {
  return error instanceof Error && "code" in error && error.code === code;
}
