import { ApolloServer, type ApolloServerOptions } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { resultBytes } from "@xianmai/query";
import type { ExecutionResult, GraphQLSchema } from "graphql";
import type { Logger } from "pino";

import { maskFormatted, type ErrorLog } from "../requests/errors.ts";
import type { Operations } from "../requests/operations.ts";
import type { ServerContext } from "../requests/context.ts";
import { headersFor, statusOf } from "./http-answer.ts";

type Gateway = NonNullable<ApolloServerOptions<ServerContext>["gateway"]>;

/**
 * Apollo Server over our own executor, by its `gateway` option: it keeps its validation, persisted queries, document store (bounded, in memory) and
 * hooks, and never sees a row.
 */
export async function startApollo(
  schema: GraphQLSchema,
  operations: Operations,
  log: Logger,
  errorLog: ErrorLog,
): Promise<ApolloServer<ServerContext>> {
  const apollo = new ApolloServer<ServerContext>({
    gateway: gatewayOf(schema, operations),
    logger: log,
    cache: "bounded",
    introspection: true,
    allowBatchedHttpRequests: false,
    // what it would ask of every GET, stock clients do not send: see cross-site.ts
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    // the executor's bytes are ready; Apollo would parse and print them again
    stringifyResult: (result) => resultBytes(result as Parameters<typeof resultBytes>[0]),
    formatError: (formatted, error) => maskFormatted(formatted, error, errorLog),
    plugins: [
      // it would wrap every field of every type
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  return apollo;
}

function gatewayOf(schema: GraphQLSchema, operations: Operations): Gateway {
  return {
    onSchemaLoadOrUpdate: (tell) => {
      tell({ apiSchema: schema, coreSupergraphSdl: "" });
      return () => undefined;
    },
    load: async () => ({
      executor: async ({ document, request, context, response }) => {
        const { operationName, variables } = request;
        // Apollo types what it hands through as a plain record
        const result = await operations.execute({ document, operationName, variables }, context as ServerContext, "http");
        const status = statusWithout(result);
        if (status !== undefined && response?.http !== undefined) {
          response.http.status = status;
          for (const [name, value] of Object.entries(headersFor(status))) response.http.headers.set(name, value);
          // without data Apollo would take it for a mistake in the operation
          return { ...result, data: null } as ExecutionResult<Record<string, unknown>>;
        }
        return result as ExecutionResult<Record<string, unknown>>;
      },
    }),
    stop: () => Promise.resolve(),
  };
}

/** The status of an answer of which nothing came, where its error has one of its own: nothing is wrong with the operation itself. */
function statusWithout({ data, errors = [] }: Pick<ExecutionResult, "errors"> & { readonly data?: unknown }): number | undefined {
  if (data !== null && data !== undefined) return undefined;
  return errors.map(({ extensions }) => statusOf(extensions["code"])).find((status) => status !== 400);
}
