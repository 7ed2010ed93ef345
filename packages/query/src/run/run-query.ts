import { execute, type ExecutionResult } from "graphql";

import type { QueryPlan, RootEntry } from "../plan/prepared.ts";
import type { Plan } from "../plan/root.ts";
import type { Access } from "./access.ts";
import { poolOf } from "./as-of.ts";
import { answerPlans } from "./answer-plans.ts";
import { assemble, localised } from "./assemble.ts";
import { readContext, resolverContext } from "./context.ts";
import { fieldContext, read, type Engine, type Reader, type Run } from "./engine.ts";
import { graphqlError } from "./errors.ts";
import { withScope } from "./resolver-scope.ts";
import { withMoment, type RawResult } from "./result.ts";
import { Scope } from "./scope.ts";

/** Runs a query: generated fields by their plans, all others by their resolvers, all in one snapshot. */
export async function runQuery(engine: Engine, run: Run): Promise<ExecutionResult | RawResult> {
  const { prepared, shape, request } = run;
  const plan = prepared.query(shape);
  const repeated = plan.runs > 0;
  plan.runs += 1;
  try {
    const pool = await poolOf(engine, run);
    return await read(engine, run, { pool, readers: readersOf(plan), session: plan.completes }, async (access, missed) =>
      withMoment(await answered(engine, run, plan, { access, missed, repeated }), access.moment()),
    );
  } catch (error) {
    const [first] = plan.entries;
    const place = first === undefined ? {} : { nodes: first.nodes, path: [first.key] };
    return { errors: [graphqlError(error, request.language, place)], data: null };
  }
}

function plansOf(entries: readonly RootEntry[]): readonly Plan[] {
  return entries.flatMap(({ what }) => (what.kind === "planned" ? [what.plan] : []));
}

function resolvedIn({ entries }: QueryPlan): readonly string[] {
  return entries.flatMap(({ what, nodes }) => (what.kind === "resolved" ? [nodes[0]?.name.value ?? ""] : []));
}

function readersOf(plan: QueryPlan): readonly Reader[] {
  return [...plansOf(plan.entries).flatMap(({ added }) => added.map(({ field }) => field)), ...resolvedIn(plan)];
}

interface Attempt {
  readonly access: Access;
  readonly missed: (reader: Reader) => void;
  readonly repeated: boolean;
}

async function answered(
  engine: Engine,
  run: Run,
  plan: QueryPlan,
  { access, missed, repeated }: Attempt,
): Promise<ExecutionResult | RawResult> {
  const { request, variables } = run;
  const contextOf = fieldContext(request, access, missed);
  const plans = plansOf(plan.entries).map((one) => ({ plan: one, variables, repeated }));
  // both are waited for: a session may not end while a resolver still reads in it
  const [written, rest] = await Promise.allSettled([
    answerPlans(access, plans, contextOf),
    plan.rest === undefined ? undefined : resolved(engine, run, plan, { access, missed, repeated }),
  ]);
  if (written.status === "rejected") throw written.reason;
  if (rest.status === "rejected") throw rest.reason;
  if (rest.value !== undefined && plan.entries.every(({ what }) => what.kind === "resolved"))
    return localised(rest.value, request.language);
  return assemble({ entries: plan.entries, written: written.value, rest: rest.value, language: request.language });
}

async function resolved(engine: Engine, run: Run, plan: QueryPlan, { access, missed }: Attempt): Promise<ExecutionResult | undefined> {
  const { prepared, shape, request, given, variables } = run;
  if (plan.rest === undefined) return undefined;
  const missedAll = (): void => {
    for (const name of resolvedIn(plan)) missed(name);
  };
  const scope = new Scope({
    prepared,
    shape,
    variables,
    language: request.language,
    answer: async (runs) => answerPlans(access, runs, fieldContext(request, access, missed)),
  });
  const context = resolverContext(
    readContext(request, () => access, missedAll),
    () => undefined,
  );
  return execute({
    schema: engine.schema,
    document: plan.rest,
    contextValue: withScope(context, { scope, mutation: undefined }),
    variableValues: given,
  });
}
