import type { Id, ReadContext } from "@xianmai/plugin-api";
import { columnOf, type Model } from "@xianmai/plugin-api/model";
import { InputError, type EntityTypes } from "@xianmai/query";
import { GraphQLBoolean, GraphQLInt, GraphQLList, GraphQLNonNull, type GraphQLFieldConfigMap } from "graphql";
import { sql, type Kysely } from "kysely";

/** Items unless `first` says otherwise, and the most that it may ask for. */
const PAGE = { usual: 100, largest: 1000 } as const;

/** The columns of inbox items that are looked at. */
interface InboxTables {
  readonly inbox_item: {
    readonly id: Id<"InboxItem">;
    readonly unit_id: string;
    readonly official_id: string | null;
    readonly delegated_to_id: string | null;
    readonly raised_at: string;
    readonly done_at: string | null;
  };
}

interface Asked {
  readonly done: boolean;
  readonly first: number;
}

/** `myInbox`: what waits for whoever asks, where `inboxItems` has everything that they may see. */
export function inboxQueries(types: EntityTypes): GraphQLFieldConfigMap<unknown, unknown> {
  const { model } = types;
  const fields: GraphQLFieldConfigMap<unknown, ReadContext> = {
    myInbox: {
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(types.of("InboxItem").object))),
      description: [
        "我的待办，新的在前：指定给本人的、转办给本人的，以及本单位未指定到人的（不含下级单位）。",
        "What waits for whoever asks, the newest first: what is theirs, what was delegated to them, and what is their units' as a whole, those below not among them.",
      ].join(" "),
      args: {
        done: { type: new GraphQLNonNull(GraphQLBoolean), defaultValue: false, description: "是否看已办结的 Those that are done instead" },
        first: {
          type: new GraphQLNonNull(GraphQLInt),
          defaultValue: PAGE.usual,
          description: `至多几条，最多 ${PAGE.largest} How many at most, ${PAGE.largest} at the most`,
        },
      },
      resolve: async (_source, asked, context) => mine(model, asked as Asked, context),
    },
  };
  return fields as GraphQLFieldConfigMap<unknown, unknown>;
}

async function mine(model: Model, { done, first }: Asked, { viewer, db }: ReadContext): Promise<readonly { readonly id: string }[]> {
  if (first < 0 || first > PAGE.largest) {
    throw new InputError(
      `first 为 ${first}：请写 0 到 ${PAGE.largest} 的整数。`,
      `first is ${first}: write a whole number from 0 to ${PAGE.largest}.`,
    );
  }
  const { units } = model;
  if (units === undefined) throw new Error("Nobody provides units.");
  const { entity, tree } = units;
  const own = sql<string>`(select ${sql.ref("id")} from ${sql.table(entity.table)} where ${sql.ref(columnOf(entity, tree.code).column)} = any(${viewer.units}::text[]))`;
  const tables = db() as unknown as Kysely<InboxTables>;
  return tables
    .selectFrom("inbox_item")
    .select("id")
    .where("done_at", done ? "is not" : "is", null)
    .where((item) =>
      item.or([
        ...(viewer.user === undefined ? [] : [item("official_id", "=", viewer.user), item("delegated_to_id", "=", viewer.user)]),
        item.and([item("official_id", "is", null), item("delegated_to_id", "is", null), item("unit_id", "in", own)]),
      ]),
    )
    .orderBy("raised_at", "desc")
    .orderBy("id")
    .limit(first)
    .execute();
}
