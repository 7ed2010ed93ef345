import { Environment, Network, RecordSource, Store } from "relay-runtime";
import type { GraphQLResponse } from "relay-runtime";

/** Relay on a server, such as `http://127.0.0.1:4000`. */
export function relayEnvironment(server: string): Environment {
  return new Environment({
    network: Network.create(async ({ text }, variables) => {
      const response = await fetch(`${server}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query: text, variables }),
      });
      return (await response.json()) as GraphQLResponse;
    }),
    store: new Store(new RecordSource()),
  });
}
