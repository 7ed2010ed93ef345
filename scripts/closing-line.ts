import type { SerializedError } from "vitest";
import type { Reporter, TestModule, TestRunEndReason } from "vitest/node";

/** How many tests of a run passed, failed and were skipped. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Counts a run so that nothing broken goes uncounted: a file that cannot be loaded, a suite whose hooks threw, an error outside every test
 * and a test that never ended are one failure each. A run in which no test passed or failed is one failure.
 */
export function tally(modules: readonly TestModule[], errors: readonly SerializedError[], reason: TestRunEndReason): Tally {
  const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
  const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  const passed = states.filter((state) => state === "passed").length;
  const skipped = states.filter((state) => state === "skipped").length;
  const failed = states.length - passed - skipped + suites.filter((suite) => suite.errors().length > 0).length + errors.length;
  const broken = failed === 0 && (passed === 0 || reason !== "passed");
  return { passed, failed: broken ? 1 : failed, skipped };
}

/** The line a run ends with: `12 passed, 0 failed`, and `, 1 skipped` where there are any. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${String(passed)} passed, ${String(failed)} failed${skipped > 0 ? `, ${String(skipped)} skipped` : ""}`;
}

/** Prints {@link closingLine} as the very last line, after every other reporter, also when the run broke before a test began. */
export class ClosingLine implements Reporter {
  #tally: Tally = { passed: 0, failed: 1, skipped: 0 };

  onInit(): void {
    // tells the script that started this run that the last line is ours to write
    process.send?.("closing line");
    process.once("exit", (code) => {
      // a threshold of the coverage, a global teardown: failures that no test carries
      const failed = this.#tally.failed === 0 && code !== 0 ? 1 : this.#tally.failed;
      if (failed > 0) process.exitCode = code === 0 ? 1 : code;
      process.stdout.write(`\n${closingLine({ ...this.#tally, failed })}\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[], reason: TestRunEndReason): void {
    this.#tally = tally(modules, errors, reason);
  }
}
