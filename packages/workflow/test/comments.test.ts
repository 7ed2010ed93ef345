import { createTestPlatform, type TestPlatform, type TestViewer } from "@xianmai/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { leads, PLACES } from "./leads.ts";

let platform: TestPlatform;
let number = 0;

beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [leads] });
  for (const statement of PLACES) await platform.sql(statement);
});
afterAll(async () => platform[Symbol.asyncDispose]());

const north = (): TestViewer => platform.as("role=department; units=N; user=ON");
const south = (): TestViewer => platform.as("role=department; units=S; user=OS");

/** A lead of the north of its own, by its global id. */
async function lead(): Promise<string> {
  number += 1;
  const [row] = await platform.sql<{ id: string }>(
    "insert into app.lead (number, town_id, keeper_id) select $1, t.id, o.id from app.town t, app.official o where t.code = 'N' and o.code = 'ON' returning id",
    [`C${number}`],
  );
  return `Lead:${row?.id ?? ""}`;
}

interface Written {
  readonly comment: { readonly id: string } | null;
  readonly problems: readonly { readonly code: string; readonly path: readonly string[] }[];
}

async function add(viewer: TestViewer, subject: string, text: string): Promise<Written> {
  const { addComment } = await viewer.query<{ addComment: Written }>(
    "mutation ($input: AddCommentInput!) { addComment(input: $input) { comment { id } problems { code path } } }",
    { input: { subject, text } },
  );
  return addComment;
}

async function commentsOf(viewer: TestViewer, id: string): Promise<unknown> {
  const { node } = await viewer.query<{ node: { comments: unknown } | null }>(
    "query ($id: ID!) { node(id: $id) { ... on Lead { comments { nodes { text author { code } } } } } }",
    { id },
  );
  return node?.comments;
}

test("whoever may change a record comments on it, and whoever sees it reads the comments with their authors", async () => {
  const id = await lead();
  expect(await add(north(), id, "  已联系企业 ")).toMatchObject({ problems: [] });
  expect(await commentsOf(north(), id)).toEqual({ nodes: [{ text: "已联系企业", author: { code: "ON" } }] });
  expect(await commentsOf(platform, id)).toEqual({ nodes: [{ text: "已联系企业", author: { code: "ON" } }] });
});

test("who does not see a record neither comments on it nor sees that there are comments, in lists, counts and groups", async () => {
  const id = await lead();
  await add(north(), id, "内部意见");
  expect(await add(south(), id, "看得到吗")).toEqual({
    comment: null,
    problems: [{ code: "REFERENCE_NOT_FOUND", path: ["input", "subject"] }],
  });
  expect(
    await south().query(
      "query ($id: ID!) { comments(filter: { subject: { eq: $id } }) { totalCount } commentAggregates(filter: { subject: { eq: $id } }) { count } }",
      { id },
    ),
  ).toEqual({ comments: { totalCount: 0 }, commentAggregates: [{ count: 0 }] });
});

test("comments go where their record goes: to the units that have it now, and away with it", async () => {
  const id = await lead();
  await add(north(), id, "移交前");
  await platform.sql("update app.lead set town_id = (select id from app.town where code = 'S') where id = $1", [id.slice(5)]);
  expect(await commentsOf(south(), id)).toEqual({ nodes: [{ text: "移交前", author: null }] });
  expect(await north().query("query ($id: ID!) { comments(filter: { subject: { eq: $id } }) { totalCount } }", { id })).toEqual({
    comments: { totalCount: 0 },
  });
  await platform.sql("delete from app.lead where id = $1", [id.slice(5)]);
  expect(await platform.sql("select 1 from app.comment where subject_id = $1", [id.slice(5)])).toEqual([]);
});

test("a comment leads back to its record, of whatever type, in one statement for all comments of a type", async () => {
  const [first, second] = [await lead(), await lead()];
  await add(north(), first, "一");
  await add(north(), second, "二");
  const shown = await north().query(
    "query ($ids: [ID!]!) { comments(filter: { subject: { in: $ids } }, orderBy: [{ text: DESC }]) { nodes { text subjectType subject { __typename id ... on Lead { stage comments { totalCount } } } } } }",
    { ids: [first, second] },
  );
  expect(shown).toEqual({
    comments: {
      nodes: [
        { text: "二", subjectType: "Lead", subject: { __typename: "Lead", id: second, stage: "HEARD", comments: { totalCount: 1 } } },
        { text: "一", subjectType: "Lead", subject: { __typename: "Lead", id: first, stage: "HEARD", comments: { totalCount: 1 } } },
      ],
    },
  });
  expect(
    await north().query("query ($id: ID!) { comments(filter: { subject: { eq: $id } }) { nodes { subject { id } } } }", { id: first }),
  ).toEqual({
    comments: { nodes: [{ subject: { id: first } }] },
  });
});

test("records are found by their comments", async () => {
  const id = await lead();
  await add(north(), id, "请尽快现场核实");
  expect(await north().query(`{ leads(filter: { comments: { some: { text: { contains: "现场核实" } } } }) { nodes { id } } }`)).toEqual({
    leads: { nodes: [{ id }] },
  });
});

test("only its author edits a comment or takes it back", async () => {
  const id = await lead();
  const { comment } = await add(north(), id, "初稿");
  const edit = "mutation ($input: EditCommentInput!) { editComment(input: $input) { comment { text editedAt } problems { code } } }";
  const input = { id: comment?.id, text: "定稿" };
  expect(await platform.query(edit, { input })).toEqual({ editComment: { comment: null, problems: [{ code: "NOT_THE_AUTHOR" }] } });
  expect(await north().query(edit, { input })).toEqual({
    editComment: { comment: { text: "定稿", editedAt: "2023-11-20T09:00:00.000+08:00" }, problems: [] },
  });
  const remove = "mutation ($id: ID!) { removeComment(input: { id: $id }) { problems { code } } }";
  expect(await platform.query(remove, { id: comment?.id })).toEqual({ removeComment: { problems: [{ code: "NOT_THE_AUTHOR" }] } });
  expect(await north().query(remove, { id: comment?.id })).toEqual({ removeComment: { problems: [] } });
  expect(await commentsOf(north(), id)).toEqual({ nodes: [] });
});

test("a blank comment, and one about something that is no record, is refused and named", async () => {
  const id = await lead();
  expect(await add(north(), id, " \n ")).toEqual({ comment: null, problems: [{ code: "VALUE_INVALID", path: ["input", "text"] }] });
  expect(await add(north(), "Lead:1", "x")).toEqual({ comment: null, problems: [{ code: "ID_MALFORMED", path: ["input", "subject"] }] });
});
