import type { Context } from "@xianmai/plugin-api";
import { Arg, Ctx, Mutation, Query, Resolver } from "type-graphql";

import { Letter, sendLetters, stray } from "./letters.ts";

@Resolver()
export class Letters {
  @Mutation(() => String, { description: "写一封函件并请人发出 Writes a letter and has it sent" })
  async writeLetter(
    @Ctx() { em, enqueue }: Context,
    @Arg("text", () => String) text: string,
    @Arg("fails", () => Boolean, { defaultValue: false }) fails: boolean,
  ): Promise<string> {
    em.persist(em.create(Letter, { text, isSent: false } as never));
    await enqueue(sendLetters, {});
    if (fails) throw new Error("no letter after all");
    return text;
  }

  @Mutation(() => String, { description: "没有声明的任务 A job that no plugin declares" })
  async queueStray(@Ctx() { enqueue }: Context): Promise<string> {
    await enqueue(stray, {});
    return "";
  }

  @Query(() => String, { description: "查询中不能排队 Nothing is queued in a query" })
  async queueInQuery(@Ctx() { enqueue }: Context): Promise<string> {
    await enqueue(sendLetters, {});
    return "";
  }
}
