import type { Statement } from "@xianmai/database";

import type { Field } from "@xianmai/plugin-api";

import type { GrowingReadSet } from "../reads/read-set.ts";
import type { Plan, PlannedStatement, SharedStatement } from "../plan/root.ts";
import type { Access } from "./access.ts";
import { Answer, LARGEST_ANSWER, tooLarge, type Failure, type Loaded, type PathPattern, type Row } from "./answer.ts";
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
  const { statements, places } = together(bound);
  const results = await access.batch(statements);
  const arrived = bound.map((one, at) => {
    if ("error" in one) return one;
    return received(
      one.run,
      (places[at] ?? []).map((place) => results[place]?.rows ?? []),
    );
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

interface Bound {
  readonly run: PlanRun;
  readonly statements: readonly Statement[];
}

interface Failed {
  readonly error: unknown;
}

function bind(run: PlanRun): Bound | Failed {
  const { plan, variables, repeated } = run;
  try {
    const statements = plan.statements.map(({ text, params, name }) => ({
      text,
      values: params.map((param) => param.text(variables)),
      ...(repeated ? { name } : {}),
    }));
    return { run, statements };
  } catch (error) {
    return { error };
  }
}

/** The statements of all plans, one that several root fields share once: they are of one operation, so its values are the same. */
function together(bound: readonly (Bound | Failed)[]): {
  readonly statements: readonly Statement[];
  /** For each plan, where its statements stand among them. */
  readonly places: readonly (readonly number[])[];
} {
  const statements: Statement[] = [];
  const shared = new Map<SharedStatement, number>();
  const places = bound.map((one) => {
    if ("error" in one) return [];
    return one.statements.map((statement, at) => {
      const share = one.run.plan.statements[at]?.share;
      const known = share === undefined ? undefined : shared.get(share.of);
      if (known !== undefined) return known;
      const place = statements.push(statement) - 1;
      if (share !== undefined) shared.set(share.of, place);
      return place;
    });
  });
  return { statements, places };
}

function received(run: PlanRun, results: readonly (readonly Row[])[]): Received | Failed {
  const { statements } = run.plan;
  const over = statements.map((statement, at) => tooMany(statement, results[at] ?? [])).find((path) => path !== undefined);
  if (over !== undefined) return { error: tooLarge(over) };
  return { run, rows: statements.map((statement, at) => ownRows(statement, results[at] ?? [])) };
}

/** Of the rows of a statement those that a plan has asked for. */
function ownRows({ share }: PlannedStatement, rows: readonly Row[]): readonly Row[] {
  return share === undefined ? rows : rows.filter(([part]) => part === share.part);
}

/** The list that is too long for an answer: the plan's own, or one on whose account rows of its own are missing. */
function tooMany(statement: PlannedStatement, rows: readonly Row[]): PathPattern | undefined {
  const { share, path } = statement;
  if (ownRows(statement, rows).length > LARGEST_ANSWER) return path;
  if (share === undefined || rows.length < share.of.most) return undefined;
  return share.of.fields.find(({ part }) => rows.filter(([first]) => first === part).length > LARGEST_ANSWER)?.path ?? path;
}
