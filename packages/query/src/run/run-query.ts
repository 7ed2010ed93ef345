import { execute, type DocumentNode, type ExecutionResult } from "graphql";

import type { QueryPlan } from "../plan/prepared.ts";
import { GrowingReadSet, type ReadSet } from "../reads/read-set.ts";
import type { Access } from "./access.ts";
import { poolOf, showsThePast } from "./as-of.ts";
import { answerPlans, type Written } from "./answer-plans.ts";
import { assemble } from "./assemble.ts";
import { readContext, resolverContext } from "./context.ts";
import { fieldContext, read, readsByUnits, type Engine, type Reader, type Run } from "./engine.ts";
import { graphqlError } from "./errors.ts";
import { withScope } from "./resolver-scope.ts";
import { withMoment, type RawResult } from "./result.ts";
import { Scope } from "./scope.ts";

/** What came of a query. */
export interface QueryOutcome {
  readonly result: ExecutionResult | RawResult;
  /** By response key what each root field depends on; none for one that failed. What is read of a past depends on the past alone, and is not told. */
  readonly reads: () => ReadonlyMap<string, ReadSet>;
}

/** Runs a query: generated fields by their plans, all others by their resolvers, all in one snapshot. */
export async function runQuery(engine: Engine, run: Run): Promise<QueryOutcome> {
  const { prepared, shape, request } = run;
  const plan = prepared.query(shape);
  const repeated = plan.runs > 0;
  plan.runs += 1;
  try {
    const pool = showsThePast(run) ? await poolOf(engine, run) : (request.readPool ?? engine.readPool);
    return await read(engine, run, { pool, readers: readersOf(plan), session: plan.completes }, async (access, missed) => {
      const { result, reads } = await answered(engine, run, plan, { access, missed, repeated });
      return { result: withMoment(result, access.moment()), reads: pool === engine.readPool ? reads : noReads };
    });
  } catch (error) {
    const [first] = plan.entries;
    const place = first === undefined ? {} : { nodes: first.nodes, path: [first.key] };
    return { result: { errors: [graphqlError(error, request.language, place)], data: null }, reads: noReads };
  }
}

function noReads(): ReadonlyMap<string, ReadSet> {
  return new Map();
}

function readersOf({ entries }: QueryPlan): readonly Reader[] {
  return entries.flatMap(({ what, nodes }): readonly Reader[] => {
    if (what.kind === "planned") return what.plan.added.map(({ field }) => field);
    return what.kind === "resolved" ? [nodes[0]?.name.value ?? ""] : NO_READERS;
  });
}

const NO_READERS: readonly Reader[] = [];

interface Attempt {
  readonly access: Access;
  readonly missed: (reader: Reader) => void;
  readonly repeated: boolean;
}

async function answered(engine: Engine, run: Run, plan: QueryPlan, attempt: Attempt): Promise<QueryOutcome> {
  const { request, variables } = run;
  const { access, missed, repeated } = attempt;
  const planned = plan.entries.flatMap(({ key, what }) => (what.kind === "planned" ? [{ key, plan: what.plan, variables, repeated }] : []));
  const answering = answerPlans(access, planned, fieldContext(request, access, missed));
  const [answers, resolved] =
    plan.entries.length === planned.length
      ? [await answering, NOTHING_RESOLVED]
      : await both(answering, resolveAll(engine, run, plan, attempt));
  const written = new Map<string, Written>();
  planned.forEach(({ key }, at) => {
    const answer = answers[at];
    if (answer !== undefined) written.set(key, answer);
  });
  return {
    result: assemble({ entries: plan.entries, written, resolved, language: request.language }),
    reads: () => readSets(engine, run, plan, written, resolved),
  };
}

/** Waits for both, also where one fails: a session may not end while a resolver still reads in it. */
async function both(
  answering: Promise<readonly Written[]>,
  resolving: Promise<ReadonlyMap<string, Resolved>>,
): Promise<readonly [readonly Written[], ReadonlyMap<string, Resolved>]> {
  const [planned, resolved] = await Promise.allSettled([answering, resolving]);
  if (planned.status === "rejected") throw planned.reason;
  if (resolved.status === "rejected") throw resolved.reason;
  return [planned.value, resolved.value];
}

const NOTHING_RESOLVED: ReadonlyMap<string, Resolved> = new Map();

/** What a resolver answered, and what its code came to depend on. */
interface Resolved {
  readonly result: ExecutionResult;
  readonly reads: GrowingReadSet;
}

/** Runs the resolvers of root fields beside each other. What they answer with entities is read together. */
async function resolveAll(engine: Engine, run: Run, { entries }: QueryPlan, attempt: Attempt): Promise<ReadonlyMap<string, Resolved>> {
  const { prepared, shape, request, variables } = run;
  const { access, missed } = attempt;
  const fields = entries.flatMap(({ key, what, nodes }) =>
    what.kind === "resolved" ? [{ key, name: nodes[0]?.name.value ?? "", document: what.document, reads: new GrowingReadSet() }] : [],
  );
  if (fields.length === 0) return new Map();
  const scope = new Scope({
    prepared,
    shape,
    variables,
    language: request.language,
    reads: (root) => fields.find(({ key }) => key === root)?.reads ?? new GrowingReadSet(),
    answer: async (runs) => answerPlans(access, runs, fieldContext(request, access, missed)),
  });
  const results = await Promise.all(
    fields.map(async ({ name, document, reads }) =>
      resolve(engine, run, document, { scope, reads, access: () => access, missed: () => missed(name) }),
    ),
  );
  return new Map(
    fields.flatMap(({ key, reads }, at) => (results[at] === undefined ? [] : [[key, { reads, result: results[at] }] as const])),
  );
}

interface Resolving {
  readonly scope: Scope;
  readonly reads: GrowingReadSet;
  readonly access: () => Access;
  readonly missed: () => void;
}

async function resolve(
  { schema }: Engine,
  { request, given }: Run,
  document: DocumentNode,
  { scope, reads, access, missed }: Resolving,
): Promise<ExecutionResult> {
  const context = resolverContext(
    readContext(request, access, missed, reads),
    () => undefined,
    () => false,
  );
  return execute({
    schema,
    document,
    contextValue: withScope(context, { scope, mutation: undefined, moment: () => access().moment() }),
    variableValues: given,
  });
}

function readSets(
  engine: Engine,
  run: Run,
  { entries }: QueryPlan,
  written: ReadonlyMap<string, Written>,
  resolved: ReadonlyMap<string, Resolved>,
): ReadonlyMap<string, ReadSet> {
  const byUnits = readsByUnits(engine, run);
  return new Map(
    entries.flatMap(({ key }) => {
      const reads = new GrowingReadSet();
      const plan = written.get(key);
      const own = resolved.get(key);
      if (plan !== undefined && "collect" in plan) plan.collect(reads);
      else if (own !== undefined && own.result.errors === undefined) reads.add(own.reads);
      else return [];
      // whose rows a viewer sees the tree of units decides
      if (byUnits !== undefined && !isEmpty(reads)) reads.addTable(byUnits.table);
      return [[key, reads] as const];
    }),
  );
}

function isEmpty({ rows, lists, tables }: ReadSet): boolean {
  return rows.size + lists.size + tables.size === 0;
}
