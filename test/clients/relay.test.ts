import { organization } from "@xianmai/plugin-organization";
import { projects } from "@xianmai/plugin-projects";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import type { ConcreteRequest, Environment, ReaderFragment } from "relay-runtime";
import {
  commitMutation,
  createOperationDescriptor,
  fetchQuery,
  getPaginationMetadata,
  getPaginationVariables,
  getRefetchMetadata,
  getSingularSelector,
} from "relay-runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { shownFiles } from "./support/page.ts";
import { committedSchema, createProject, type Project } from "./support/project.ts";
import { relayEnvironment } from "./support/relay.ts";

interface Row {
  readonly id: string;
  readonly code: string;
  readonly stage: string;
}

interface List {
  readonly totalCount: number;
  readonly edges: readonly { readonly node: object }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

let platform: TestPlatform;
let project: Project;
beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [organization, projects], demo: true });
  const shown = shownFiles("relay.config.json", "src/projects.ts");
  project = await createProject({ ...shown, "schema.graphql": await committedSchema() }, "commonjs");
  await project.run("relay-compiler");
  await project.compile();
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

const artifact = <Kind>(name: string): Kind => project.load<{ default: Kind }>(`__generated__/${name}.graphql.js`).default;

/** Reads the data of a fragment from the store, as a component that uses it would. */
function read<Data>(environment: Environment, fragment: ReaderFragment, at: unknown): Data {
  const { data, isMissingData } = environment.lookup(getSingularSelector(fragment, at)!);
  expect(isMissingData).toBe(false);
  return data as unknown as Data;
}

/** A screen with the list: what it shows from the store, and what it does. */
async function openList(variables: { readonly filter?: object } = {}) {
  const environment = relayEnvironment(platform.url);
  const query = artifact<ConcreteRequest>("projectsQuery");
  const list = artifact<ReaderFragment>("projectsList_query");
  const row = artifact<ReaderFragment>("projectsRow_project");
  await fetchQuery(environment, query, variables).toPromise();
  const root = environment.lookup(createOperationDescriptor(query, variables).fragment).data;
  const connection = (): List => read<{ projects: List }>(environment, list, root).projects;
  const rows = (): readonly Row[] => connection().edges.map(({ node }) => read<Row>(environment, row, node));
  const loadNext = async (count: number): Promise<void> => {
    const { paginationRequest, paginationMetadata } = getPaginationMetadata(list, "the list");
    const { endCursor } = connection().pageInfo;
    const next = getPaginationVariables("forward", count, endCursor, variables, {}, paginationMetadata);
    await fetchQuery(environment, paginationRequest as ConcreteRequest, next).toPromise();
  };
  return { environment, row, connection, rows, loadNext };
}

async function codes(unit?: string): Promise<readonly string[]> {
  const rows = await platform.sql<{ code: string }>(
    `select p.code from project p join unit u on u.id = p.responsible_unit_id where $1::text is null or u.code = $1 order by p.code collate "C"`,
    [unit ?? null],
  );
  return rows.map(({ code }) => code);
}

describe("Relay", () => {
  test("its connection in the store grows by real pages until it holds every row once, in the server's order", async () => {
    const { connection, rows, loadNext } = await openList();
    expect(rows().map(({ code }) => code)).toEqual((await codes()).slice(0, 20));
    for (let pages = 1; connection().pageInfo.hasNextPage; pages++) {
      expect(rows()).toHaveLength(20 * pages);
      await loadNext(20);
    }
    expect(connection().totalCount).toBe(146);
    expect(rows().map(({ code }) => code)).toEqual(await codes());
  });

  test("a connection with another filter is another list", async () => {
    const [unit] = await platform.sql<{ code: string }>(
      "select u.code from unit u join project p on p.responsible_unit_id = u.id group by u.id order by count(*) desc, u.code limit 1",
    );
    const { connection, rows, loadNext } = await openList({ filter: { responsibleUnit: { code: { eq: unit!.code } } } });
    while (connection().pageInfo.hasNextPage) await loadNext(20);
    expect(rows().map(({ code }) => code)).toEqual(await codes(unit!.code));
  });

  test("a row is fetched anew by its id alone, and the list shows what it has become", async () => {
    const { environment, row, rows } = await openList();
    const { id, code } = rows()[3]!;
    await platform.sql("update project set total_investment = 123450000 where code = $1", [code]);
    const { refetchableRequest, identifierInfo } = getRefetchMetadata(row, "the row");
    expect(identifierInfo).toMatchObject({ identifierField: "id" });
    await fetchQuery(environment, refetchableRequest as ConcreteRequest, { id }).toPromise();
    expect(rows()[3]).toMatchObject({ id, code, totalInvestment: "123.45" });
  });

  test("a mutation's payload changes the row in the list", async () => {
    const [waiting] = await platform.sql<{ code: string; id: string }>(
      "select code, id from project where stage in ('RESERVED', 'PREPARATORY') order by code collate \"C\" limit 1",
    );
    const { environment, rows, loadNext } = await openList();
    const row = (): Row | undefined => rows().find(({ code }) => code === waiting!.code);
    while (row() === undefined) await loadNext(20);
    const answered = await new Promise((resolve, reject) => {
      commitMutation(environment, {
        mutation: artifact<ConcreteRequest>("projectsStartMutation"),
        variables: { input: { id: row()!.id, on: "2023-11-20" } },
        onCompleted: (response) => resolve(response),
        onError: reject,
      });
    });
    expect(answered).toMatchObject({ startProject: { problems: [] } });
    expect(row()?.stage).toBe("STARTED");
  });
});
