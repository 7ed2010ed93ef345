import { Field, FieldResolver, Int, ObjectType, Resolver, Root } from "type-graphql";

import { Remark } from "./blocker-resolvers.ts";
import { Blocker } from "./blockers.ts";

@ObjectType({ implements: Remark, description: "警告 A warning" })
export class Warning implements Remark {
  text!: string;
  @Field(() => Int)
  level!: number;
}

@Resolver(() => Blocker)
export class BlockerUrgency {
  @FieldResolver(() => Int, { description: "紧急程度 How urgent it is" })
  urgency(@Root() blocker: Blocker): number {
    return blocker.summary.length;
  }
}
