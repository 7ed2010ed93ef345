import type { Statement, StatementResult } from "@xianmai/database";

import type { Field } from "@xianmai/plugin-api";

import type { GrowingReadSet } from "../reads/read-set.ts";
import type { Plan } from "../plan/root.ts";
import type { Access } from "./access.ts";
import { Answer, LARGEST_ANSWER, tooLarge, type Failure, type Loaded, type Row } from "./answer.ts";
import { loadAdded, type ContextOf } from "./load-added.ts";

/** A plan with the values that it is run with. */
export interface PlanRun {
  readonly plan: Plan;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whether the plan has been run before, so that preparing its statements pays. */
  readonly repeated: boolean;
}

/** What became of a plan: its JSON, what in it could not be read, and what it depends on; or why there is none. */
export type Written =
  | { readonly json: string; readonly failures: readonly Failure[]; readonly collect: (reads: GrowingReadSet) => void }
  | { readonly error: unknown };

/**
 * Runs plans: all their statements go out together and see one snapshot. A plan whose arguments cannot be meant fails alone.
 *
 * @throws StatementError when the database fails, which fails them all
 */
export async function answerPlans(access: Access, runs: readonly PlanRun[], contextOf: ContextOf): Promise<readonly Written[]> {
  const bound = runs.map(bind);
  const statements = bound.flatMap((one) => ("error" in one ? [] : one.statements));
  const results = await access.batch(statements);
  let from = 0;
  const arrived = bound.map((one, at) => {
    const run = runs[at];
    if ("error" in one || run === undefined) return { error: "error" in one ? one.error : undefined };
    const own = results.slice(from, (from += one.statements.length));
    return received(run, own);
  });
  const added = await loadAdded(
    arrived.flatMap((one) => ("rows" in one ? one.run.plan.added.map((use) => ({ use, rows: one.rows[use.statement] ?? [] })) : [])),
    contextOf,
  );
  return arrived.map((one): Written => {
    if (!("rows" in one)) return one;
    try {
      const answer = new Answer(one.rows, one.run.variables, added);
      one.run.plan.write([], answer);
      return { json: answer.text, failures: answer.failures, collect: (reads) => collect(one, added, reads) };
    } catch (error) {
      return { error };
    }
  });
}

function collect({ run, rows }: Received, added: ReadonlyMap<Field, Loaded>, reads: GrowingReadSet): void {
  run.plan.reads.collect(rows, run.variables, reads);
  for (const { field } of run.plan.added) {
    const loaded = added.get(field);
    if (loaded !== undefined) reads.add(loaded.reads);
  }
}

interface Received {
  readonly run: PlanRun;
  readonly rows: readonly (readonly Row[])[];
}

function bind({ plan, variables, repeated }: PlanRun): { readonly statements: readonly Statement[] } | { readonly error: unknown } {
  try {
    return {
      statements: plan.statements.map(({ text, params, name }) => ({
        text,
        values: params.map((param) => param.text(variables)),
        ...(repeated ? { name } : {}),
      })),
    };
  } catch (error) {
    return { error };
  }
}

function received(run: PlanRun, results: readonly StatementResult[]): Received | { readonly error: unknown } {
  const over = results.findIndex(({ rows }) => rows.length > LARGEST_ANSWER);
  if (over >= 0) return { error: tooLarge(run.plan.statements[over]?.path ?? []) };
  return { run, rows: results.map(({ rows }) => rows) };
}
