import type { Context } from "@xianmai/plugin-api";
import { Ctx, Int, Query, Resolver } from "type-graphql";

import { Task } from "./offices.ts";

@Resolver()
export class CountsTasks {
  @Query(() => Int)
  async taskCount(@Ctx() { db }: Context): Promise<number> {
    return (await db(Task).selectFrom("task").select("id").execute()).length;
  }
}
