import { Client, fetchExchange, subscriptionExchange, type ExecutionResult } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { createClient } from "graphql-ws";

/** urql on a server, such as `http://127.0.0.1:4000`. */
export function urqlClient(server: string): Client {
  const socket = createClient({ url: `${server.replace("http", "ws")}/graphql` });
  return new Client({
    url: `${server}/graphql`,
    exchanges: [
      cacheExchange({ resolvers: { Query: { projects: relayPagination() } } }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = "", variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe(
              { query, variables: { ...variables } },
              { ...sink, next: (result) => sink.next(result as ExecutionResult) },
            ),
          }),
        }),
      }),
    ],
  });
}
