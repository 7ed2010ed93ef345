import process from "node:process";

/** Milliseconds between two looks at who the parent is. */
const BETWEEN_LOOKS = 500;

/**
 * npx hands a SIGTERM on to nobody: it ends, and the server that it called would live on unseen. So a server that npx called ends, gracefully,
 * when its parent is gone.
 *
 * @returns stops looking
 */
export function endWithNpx(): () => void {
  if (process.env["npm_lifecycle_event"] !== "npx") return () => undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, BETWEEN_LOOKS);
  // looking keeps nothing alive that has nothing left to do
  timer.unref();
  return () => clearInterval(timer);
}
