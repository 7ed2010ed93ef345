import { createHash } from "node:crypto";

import { ApolloClient, gql, HttpLink, InMemoryCache, type TypedDocumentNode } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { organization } from "@xianmai/plugin-organization";
import { projects } from "@xianmai/plugin-projects";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { apolloClient } from "./support/apollo.ts";
import { events } from "./support/events.ts";

interface Row {
  readonly __typename: "Project";
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly stage: string;
}

interface Page {
  readonly projects: {
    readonly totalCount: number;
    readonly edges: readonly { readonly node: Row }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const PAGE: TypedDocumentNode<Page, { readonly after?: string | null; readonly field?: string }> = gql`
  query Page($field: String, $after: String) {
    projects(filter: { field: { eq: $field } }, first: 40, after: $after) {
      totalCount
      edges {
        node {
          id
          code
          name
          stage
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

let platform: TestPlatform;
beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [organization, projects], demo: true });
});
afterAll(async () => platform[Symbol.asyncDispose]());

/** The codes of the projects in the order of a list. */
async function codes(where = "true"): Promise<string[]> {
  const rows = await platform.sql<{ code: string }>(`select code from project where ${where} order by code collate "C"`);
  return rows.map(({ code }) => code);
}

describe("Apollo Client", () => {
  test("grows a list by fetchMore, page after page, until it has every row once", async () => {
    const client = apolloClient(platform.url);
    const list = client.watchQuery({ query: PAGE });
    let { data } = await list.refetch();
    while (data?.projects.pageInfo.hasNextPage === true) {
      await list.fetchMore({ variables: { after: data.projects.pageInfo.endCursor } });
      data = client.readQuery({ query: PAGE }) ?? undefined;
    }
    expect(data?.projects.totalCount).toBe(146);
    expect(data?.projects.edges.map(({ node }) => node.code)).toEqual(await codes());
    client.stop();
  });

  test("keeps lists of different filters apart", async () => {
    const client = apolloClient(platform.url);
    const own = "field_id in (select id from dictionary_entry where code = 'new-energy')";
    await client.query({ query: PAGE });
    await client.query({ query: PAGE, variables: { field: "new-energy" } });
    const energy = client.readQuery({ query: PAGE, variables: { field: "new-energy" } });
    expect(energy?.projects.totalCount).toBe((await codes(own)).length);
    expect(energy?.projects.edges.map(({ node }) => node.code)).toEqual((await codes(own)).slice(0, 40));
    expect(client.readQuery({ query: PAGE })?.projects.totalCount).toBe(146);
    client.stop();
  });

  test("a mutation's payload changes the row in every list that shows it, by its type and id", async () => {
    const client = apolloClient(platform.url);
    const [first] = (await client.query({ query: PAGE })).data?.projects.edges ?? [];
    const { id, code } = first!.node;
    await client.mutate({
      mutation: gql`
        mutation Rename($id: ID!) {
          updateProject(input: { id: $id, name: "改名" }) {
            project {
              id
              name
            }
            problems {
              code
            }
          }
        }
      `,
      variables: { id },
    });
    expect(client.readQuery({ query: PAGE })?.projects.edges[0]?.node).toEqual({ ...first!.node, name: "改名" });
    expect(client.cache.extract()).toHaveProperty([`Project:${id}`], expect.objectContaining({ code, name: "改名" }));
    client.stop();
  });

  test("hears of a start over graphql-ws, and its cache knows the new stage", async () => {
    const client = apolloClient(platform.url);
    const [waiting] = await platform.sql<{ id: string }>("select id from project where stage = 'PREPARATORY' order by code limit 1");
    const id = `Project:${waiting!.id}`;
    const read = gql`
      query Row($id: ID!) {
        node(id: $id) {
          id
          ... on Project {
            stage
          }
        }
      }
    `;
    await client.query({ query: read, variables: { id } });
    const started = events<{ projectStarted: { project: { id: string } } }>((tell) =>
      client
        .subscribe<{ projectStarted: { project: { id: string } } }>({
          query: gql`
            subscription {
              projectStarted {
                cursor
                project {
                  id
                  stage
                }
              }
            }
          `,
        })
        .subscribe(({ data }) => tell(data)),
    );
    await started.following(platform);
    await platform.sql("update project set stage = 'STARTED' where id = $1", [waiting!.id]);
    expect((await started.next()).projectStarted.project).toMatchObject({ id, stage: "STARTED" });
    expect(client.readQuery({ query: read, variables: { id } })).toMatchObject({ node: { id, stage: "STARTED" } });
    started.end();
    client.stop();
  });

  test("sends a query by its SHA-256, and whole only the first time", async () => {
    const sent: object[] = [];
    const client = new ApolloClient({
      link: new PersistedQueryLink({ sha256: (text) => createHash("sha256").update(text).digest("hex") }).concat(
        new HttpLink({
          uri: `${platform.url}/graphql`,
          fetch: async (address, options) => {
            sent.push(JSON.parse(options?.body as string) as object);
            return fetch(address, options);
          },
        }),
      ),
      cache: new InMemoryCache(),
    });
    for (const _ of [1, 2]) {
      const { data } = await client.query({ query: PAGE, fetchPolicy: "no-cache" });
      expect(data?.projects.totalCount).toBe(146);
    }
    expect(sent.map((body) => "query" in body)).toEqual([false, true, false]);
    client.stop();
  });
});
