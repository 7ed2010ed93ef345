import { ApolloServer, type ApolloServerOptions } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { resultText } from "@xianmai/query";
import type { ExecutionResult, GraphQLSchema } from "graphql";
import type { Logger } from "pino";

import { maskFormatted, type ErrorLog } from "../requests/errors.ts";
import type { Operations } from "../requests/operations.ts";
import type { ServerContext } from "../requests/context.ts";
import { MOST_TOKENS } from "./documents.ts";

/** Codes of errors that go away by themselves. */
const LATER: ReadonlySet<unknown> = new Set(["DATABASE_UNAVAILABLE", "SERVER_STOPPING"]);

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
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxLexicalTokens: MOST_TOKENS },
    // the executor's bytes are ready; Apollo would parse and print them again
    stringifyResult: (result) => resultText(result as Parameters<typeof resultText>[0]),
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
        if (isForLater(result) && response?.http !== undefined) response.http.status = 503;
        return result as ExecutionResult<Record<string, unknown>>;
      },
    }),
    stop: () => Promise.resolve(),
  };
}

/** Nothing came of it, and nothing is wrong with it: whoever sent it may send it again. */
function isForLater({ data, errors = [] }: Pick<ExecutionResult, "errors"> & { readonly data?: unknown }): boolean {
  return (data === null || data === undefined) && errors.some(({ extensions }) => LATER.has(extensions["code"]));
}
