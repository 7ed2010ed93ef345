import { gql, type TypedDocumentNode } from "@urql/core";
import { organization } from "@xianmai/plugin-organization";
import { projects } from "@xianmai/plugin-projects";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { events } from "./support/events.ts";
import { urqlClient } from "./support/urql.ts";

interface Page {
  readonly projects: {
    readonly totalCount: number;
    readonly nodes: readonly { readonly id: string; readonly code: string; readonly stage: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const PAGE: TypedDocumentNode<Page, { readonly after?: string | null }> = gql`
  query Page($after: String) {
    projects(first: 40, after: $after) {
      totalCount
      nodes {
        id
        code
        stage
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

/** Reads every page; what the cache then holds as one list. */
async function wholeList(client: ReturnType<typeof urqlClient>): Promise<Page["projects"]> {
  let after: string | null = null;
  for (;;) {
    const { data, error }: { data?: Page | undefined; error?: Error | undefined } = await client.query(PAGE, { after }).toPromise();
    if (data === undefined) throw error ?? new Error("no data");
    if (!data.projects.pageInfo.hasNextPage) return data.projects;
    after = data.projects.pageInfo.endCursor;
  }
}

describe("urql", () => {
  test("puts the pages of a list together in its normalized cache, until it has every row once", async () => {
    const list = await wholeList(urqlClient(platform.url));
    const rows = await platform.sql<{ code: string }>(`select code from project order by code collate "C"`);
    expect(list.totalCount).toBe(146);
    expect(list.nodes.map(({ code }) => code)).toEqual(rows.map(({ code }) => code));
  });

  test("a mutation's payload changes the row in the lists that were read before", async () => {
    const client = urqlClient(platform.url);
    const { nodes } = await wholeList(client);
    const { id } = nodes.find(({ stage }) => stage === "PREPARATORY")!;
    const changed = await client
      .mutation(
        gql`
          mutation Start($id: ID!) {
            startProject(input: { id: $id, on: "2023-11-20" }) {
              project {
                id
                stage
              }
              problems {
                code
                message
              }
            }
          }
        `,
        { id },
      )
      .toPromise();
    expect(changed.error).toBeUndefined();
    expect(changed.data).toMatchObject({ startProject: { project: { id, stage: "STARTED" }, problems: [] } });
    const cached = client.readQuery(PAGE, {});
    expect(cached?.data?.projects.nodes.find((row) => row.id === id)?.stage).toBe("STARTED");
  });

  test("hears over graphql-ws of a start that psql makes", async () => {
    const client = urqlClient(platform.url);
    const [waiting] = await platform.sql<{ id: string; code: string }>(
      "select id, code from project where stage = 'RESERVED' order by code limit 1",
    );
    const started = events<{ projectStarted: { step: string | null; project: { code: string } } }>((tell) =>
      client
        .subscription<{ projectStarted: { step: string | null; project: { code: string } } }>(
          gql`
            subscription ($code: String!) {
              projectStarted(filter: { code: { eq: $code } }) {
                cursor
                step
                project {
                  id
                  code
                }
              }
            }
          `,
          { code: waiting!.code },
        )
        .subscribe(({ data }) => tell(data)),
    );
    await started.following(platform);
    await platform.sql("update project set stage = 'STARTED' where id = $1", [waiting!.id]);
    expect((await started.next()).projectStarted).toMatchObject({ step: null, project: { code: waiting!.code } });
    started.end();
  });

  test("an answer with errors comes with the server's message and code", async () => {
    const { error } = await urqlClient(platform.url)
      .query(
        gql`
          query TooMany {
            projects(first: 1001) {
              totalCount
            }
          }
        `,
        {},
      )
      .toPromise();
    expect(error?.graphQLErrors[0]?.message).toContain("1000");
  });
});
