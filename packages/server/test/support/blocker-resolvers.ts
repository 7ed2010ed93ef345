import { Decimal, Refusal, type Context } from "@xianmai/plugin-api";
import { Arg, Authorized, Ctx, Field, InputType, Int, InterfaceType, Mutation, ObjectType, Query, Resolver } from "type-graphql";

import { Blocker, BlockerKind } from "./blockers.ts";

/** The advisory lock that a test holds for as long as `blockerGate` shall wait. */
export const GATE = 20_231_120;

@InterfaceType({ description: "一句话 Something said" })
export abstract class Remark {
  @Field(() => String)
  text!: string;
}

@ObjectType({ implements: Remark, description: "提示 A hint" })
export class Hint implements Remark {
  text!: string;
}

@ObjectType({ description: "某类堵点 Blockers of one kind" })
export class BlockerBoard {
  @Field(() => BlockerKind)
  kind!: BlockerKind;
  @Field(() => [Blocker])
  rows!: readonly Blocker[];
  @Field(() => Blocker, { nullable: true })
  worst!: Blocker | undefined;
  @Field(() => Decimal)
  cost!: string;
  @Field(() => Remark)
  remark!: Remark;
}

@InputType({ description: "提出堵点 What is raised" })
export class RaiseBlockerInput {
  @Field(() => String)
  number!: string;
  @Field(() => String)
  summary!: string;
  @Field(() => BlockerKind, { nullable: true })
  kind?: BlockerKind;

  shout(): string {
    return `${this.summary}!`;
  }
}

@ObjectType({ description: "已提出的堵点 What was raised" })
export class RaiseBlockerPayload {
  @Field(() => Blocker, { nullable: true })
  blocker!: Blocker | undefined;
}

@Resolver()
export class Board {
  @Query(() => BlockerBoard, { description: "某类堵点的看板 The board of one kind" })
  async blockerBoard(@Ctx() { db }: Context, @Arg("kind", () => BlockerKind) kind: BlockerKind): Promise<BlockerBoard> {
    const rows = await db(Blocker).selectFrom("blocker").selectAll().where("kind", "=", kind).orderBy("number").execute();
    const remark = Object.assign(new Hint(), { text: `${rows.length}` });
    return { kind, rows: rows as unknown as readonly Blocker[], worst: rows[0] as unknown as Blocker, cost: "12.5", remark };
  }

  @Query(() => Int, { description: "总是失败 Always fails" })
  blockerFailure(@Arg("how", () => String) how: string): number {
    if (how === "refusal")
      throw new Refusal("TOO_MANY_BLOCKERS", { zh: "堵点太多。", en: "Too many." }, { zh: "请销号。", en: "Close some." });
    throw new Error("the password is hunter2");
  }

  @Query(() => Int, { description: "等待测试放行 Waits until a test lets it go on" })
  async blockerGate(@Ctx() { db }: Context): Promise<number> {
    await db(Blocker)
      .selectNoFrom((eb) => eb.fn("pg_advisory_xact_lock_shared", [eb.val(GATE)]).as("passed"))
      .execute();
    return 1;
  }

  @Authorized("blocker.handle")
  @Mutation(() => RaiseBlockerPayload, { description: "提出堵点 Raises a blocker" })
  async raiseBlocker(
    @Ctx() { em }: Context,
    @Arg("input", () => RaiseBlockerInput) input: RaiseBlockerInput,
  ): Promise<RaiseBlockerPayload> {
    const { number, kind = "LAND" } = input;
    const blocker = em.create(Blocker, { number, kind, summary: input.shout(), stage: "RAISED", cost: null, closedOn: null } as never);
    await em.flush();
    return { blocker };
  }
}
