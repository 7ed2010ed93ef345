import type { Problem } from "@xianmai/plugin-api";
import { columnOf, type Model } from "@xianmai/plugin-api/model";
import { mutationField, type Change, type EntityTypes, type MutationWork } from "@xianmai/query";
import { GraphQLNonNull, GraphQLString, type GraphQLFieldConfigMap } from "graphql";

import { unitOfPeople } from "../alerts/concerned.ts";
import { delegateMissing, itemDone, notDelegated, outsideUnit, reasonForDelegating } from "./inbox-problems.ts";

/** The mutations of inbox items: whoever may change what is their unit's marks it read and delegates it. Done it is by itself alone. */
export function inboxMutations(types: EntityTypes): GraphQLFieldConfigMap<unknown, unknown> {
  const { entity } = types.of("InboxItem");
  const field = (name: string, zh: string, en: string, change: Change) => ({
    [name]: mutationField({ types, entity, name, label: { zh, en }, takes: [], change }),
  });
  return {
    ...field("markInboxItemRead", "把待办标为已读", "Mark an inbox item as read", async ({ row, context }) => {
      row["readAt"] = context.clock.now();
      row["readById"] = context.viewer.user ?? null;
      return Promise.resolve([]);
    }),
    ...field("markInboxItemUnread", "把待办标为未读", "Mark an inbox item as unread", async ({ row }) => {
      row["readAt"] = null;
      row["readById"] = null;
      return Promise.resolve([]);
    }),
    delegateInboxItem: mutationField({
      types,
      entity,
      name: "delegateInboxItem",
      label: { zh: "转办待办", en: "Delegate an inbox item" },
      takes: [columnOf(entity, "delegatedTo")],
      input: { reason: { type: new GraphQLNonNull(GraphQLString), description: "转办原因，不能为空白 Why, not blank" } },
      change: async (work) => delegate(types.model, work),
    }),
    ...field("takeBackInboxItem", "收回转办的待办", "Take a delegated inbox item back", async ({ row }) => {
      if (row["delegatedToId"] === null) return Promise.resolve([notDelegated()]);
      for (const column of ["delegatedToId", "delegatedById", "delegatedAt", "delegationReason"]) row[column] = null;
      return Promise.resolve([]);
    }),
  };
}

async function delegate(model: Model, work: MutationWork): Promise<readonly Problem[]> {
  const { row, context, input, taken } = work;
  if (row["doneAt"] !== null) return [itemDone()];
  const to = taken["delegatedToId"];
  if (typeof to !== "string") return [delegateMissing()];
  const reason = String(input["reason"]).trim();
  if (reason === "") return [reasonForDelegating()];
  if (!(await servesIn(model, work, to))) return [outsideUnit()];
  row["delegatedById"] = context.viewer.user ?? null;
  row["delegatedAt"] = context.clock.now();
  row["delegationReason"] = reason;
  return [];
}

/** Whether an official serves in the unit of an item, or below it. */
async function servesIn({ units, people }: Model, { client, row }: MutationWork, official: string): Promise<boolean> {
  if (units === undefined || people === undefined) throw new Error("Nobody provides units and people.");
  const unit = unitOfPeople({ units, people });
  if (unit === undefined) return false;
  const table = `"${units.entity.table}"`;
  const parent = `"${columnOf(units.entity, units.tree.parent).column}"`;
  const { rows } = await client.query(
    `with recursive up(id) as (
       select "${unit.column}" from "${people.entity.table}" where id = $1
       union
       select u.${parent} from ${table} u join up on up.id = u.id where u.${parent} is not null
     ) select from up where id = $2`,
    [official, row["unitId"]],
  );
  return rows.length > 0;
}
