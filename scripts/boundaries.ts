// npm run boundaries: who imports whom, against scripts/boundaries/matrix.ts
import { fileURLToPath } from "node:url";
import { checkBoundaries } from "./boundaries/check.ts";

const violations = checkBoundaries(fileURLToPath(new URL("..", import.meta.url)));
for (const { at, zh, en } of violations) console.error(`${at}\n  ${zh}\n  ${en}`);
console.log(
  violations.length === 0 ? "边界完好 No boundary is crossed." : `越界 ${violations.length} 处 ${violations.length} boundaries crossed.`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
