import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { relayStylePagination } from "@apollo/client/utilities";
import { createClient } from "graphql-ws";

/** Apollo Client on a server, such as `http://127.0.0.1:4000`. */
export function apolloClient(server: string): ApolloClient {
  const http = new HttpLink({ uri: `${server}/graphql` });
  const socket = new GraphQLWsLink(createClient({ url: `${server.replace("http", "ws")}/graphql` }));
  return new ApolloClient({
    link: ApolloLink.split(({ operationType }) => operationType === "subscription", socket, http),
    cache: new InMemoryCache({
      typePolicies: { Query: { fields: { projects: relayStylePagination(["filter", "orderBy"]) } } },
    }),
  });
}
