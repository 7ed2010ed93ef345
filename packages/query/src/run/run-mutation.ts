import type { Moment } from "@xianmai/database";
import { execute, type ExecutionResult, type FieldNode, type GraphQLError } from "graphql";

import { GrowingReadSet } from "../reads/read-set.ts";
import { answerPlans } from "./answer-plans.ts";
import { localised } from "./assemble.ts";
import { readContext, resolverContext } from "./context.ts";
import { fieldContext, observed, readSettings, type Engine, type Run } from "./engine.ts";
import { graphqlError } from "./errors.ts";
import { MutationConnection } from "./mutation-scope.ts";
import { withScope } from "./resolver-scope.ts";
import { withMoment } from "./result.ts";
import { Scope } from "./scope.ts";

/**
 * Runs a mutation: its fields one after another, each on a connection of its own from its transaction to its payload, which is read after
 * COMMIT in a new snapshot. A field that fails is undone; those before it stand.
 */
export async function runMutation(engine: Engine, run: Run): Promise<ExecutionResult> {
  const { prepared, shape, request } = run;
  const errors: GraphQLError[] = [];
  const data: Record<string, unknown> = {};
  let moment: Moment | undefined;
  for (const [key, nodes] of prepared.roots(shape)) {
    const name = nodes[0]?.name.value ?? "";
    if (name === "__typename") {
      data[key] = engine.schema.getMutationType()?.name;
      continue;
    }
    const { result, seen } = await runField(engine, run, name, nodes).catch((error: unknown): FieldOutcome => {
      return { result: { errors: [graphqlError(error, request.language, { nodes, path: [key] })], data: null }, seen: undefined };
    });
    moment = seen ?? moment;
    errors.push(...(localised(result, request.language).errors ?? []));
    // a field that may not be null takes the answer with it, and what would have come after it is not begun
    if (result.data === null || result.data === undefined) return withMoment({ errors, data: null }, moment);
    data[key] = result.data[key];
  }
  return withMoment(errors.length === 0 ? { data } : { errors, data }, moment);
}

/** What came of a field, and the state that its payload was read in. */
interface FieldOutcome {
  readonly result: ExecutionResult;
  readonly seen: Moment | undefined;
}

async function runField(engine: Engine, run: Run, name: string, nodes: readonly FieldNode[]): Promise<FieldOutcome> {
  const { prepared, shape, request, given, variables } = run;
  const settings = { ...readSettings(request), origin: name };
  return engine.writePool.use(async (connection) => {
    const mutation = new MutationConnection(connection, settings, engine.orm, (access) => observed(engine, run, access));
    const scope = new Scope({
      prepared,
      shape,
      variables,
      language: request.language,
      reads: () => new GrowingReadSet(),
      answer: async (runs) => {
        const { access } = mutation;
        return answerPlans(
          access,
          runs,
          fieldContext(request, access, () => undefined),
        );
      },
    });
    const context = resolverContext(
      readContext(
        request,
        () => mutation.access,
        () => undefined,
        new GrowingReadSet(),
      ),
      () => mutation.writing,
      (job) => engine.types.model.plugins.some(({ jobs }) => jobs.some(({ name: declared }) => declared === job)),
    );
    const result = await execute({
      schema: engine.schema,
      document: prepared.documentOf(nodes),
      contextValue: withScope(context, { scope, mutation, moment: () => mutation.moment }),
      variableValues: given,
    });
    return { result, seen: mutation.moment };
  });
}
