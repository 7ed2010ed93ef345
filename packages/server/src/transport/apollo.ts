import { ApolloServer, type ApolloServerOptions, type ApolloServerPlugin } from "@apollo/server";
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
import { resultIn } from "./apollo-request.ts";
import type { Documents } from "./documents.ts";
import { headersFor, statusOf } from "./http-answer.ts";

type Gateway = NonNullable<ApolloServerOptions<ServerContext>["gateway"]>;

/** A plugin of Apollo Server's own. */
export type ApolloPlugin = ApolloServerPlugin<ServerContext>;

/** What Apollo Server is started with. */
export interface ApolloParts {
  readonly schema: GraphQLSchema;
  /** Told of every document that Apollo found valid. */
  readonly documents: Documents;
  readonly operations: Operations;
  readonly plugins: readonly ApolloPlugin[];
  readonly log: Logger;
  readonly errorLog: ErrorLog;
}

/** Apollo Server, started. */
export interface Apollo {
  readonly server: ApolloServer<ServerContext>;
  /** Whether one of its plugins wants to hear of every request. */
  readonly hearsRequests: boolean;
}

/**
 * Apollo Server over our own executor, by its `gateway` option: it keeps its validation, persisted queries, document store (bounded, in memory) and
 * hooks, and never sees a row.
 */
export async function startApollo({ schema, documents, operations, plugins, log, errorLog }: ApolloParts): Promise<Apollo> {
  const server = new ApolloServer<ServerContext>({
    gateway: gatewayOf(schema, documents, operations),
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
      ...plugins,
    ],
  });
  await server.start();
  return { server, hearsRequests: plugins.some((plugin) => "requestDidStart" in plugin) };
}

function gatewayOf(schema: GraphQLSchema, documents: Documents, operations: Operations): Gateway {
  return {
    onSchemaLoadOrUpdate: (tell) => {
      tell({ apiSchema: schema, coreSupergraphSdl: "" });
      return () => undefined;
    },
    load: async () => ({
      executor: async ({ document, source, request, context, response }) => {
        const { operationName, variables } = request;
        documents.keep(source, document);
        // Apollo types what it hands through as a plain record
        const own = context as ServerContext;
        const result = resultIn(own) ?? (await operations.execute({ document, operationName, variables }, own, "http"));
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
