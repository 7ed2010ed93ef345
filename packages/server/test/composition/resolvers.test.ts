import { printSchema } from "graphql";
import {
  Arg,
  Field,
  FieldResolver,
  getMetadataStorage,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Subscription,
} from "type-graphql";
import { expect, test } from "vitest";

import { compose } from "../../src/composition/compose.ts";
import { Refusal } from "@xianmai/plugin-api";
import { Blocker, blockers, urgency } from "../support/blockers.ts";
import { plugin } from "../support/declare.ts";

const sdl = async (...plugins: Parameters<typeof compose>[0]): Promise<string> => printSchema((await compose(plugins)).schema);

test("entities, choices and decimals stand in a plugin's own types, and its fields beside the generated ones", async () => {
  const printed = await sdl(blockers);
  expect(printed).toContain("blockerBoard(kind: BlockerKind!): BlockerBoard!");
  expect(printed).toContain("rows: [Blocker!]!");
  expect(printed).toContain("worst: Blocker\n");
  expect(printed).toContain("cost: Decimal!");
  expect(printed).toContain("raiseBlocker(input: RaiseBlockerInput!): RaiseBlockerPayload!");
  expect(printed).toContain("blockers(");
  expect(printed).toMatch(/type Hint implements Remark/);
  expect(printed.match(/^type Blocker implements/gm)).toHaveLength(1);
});

test("a resolver of another plugin adds a field to an entity; without that plugin nothing of it is left, in whatever order platforms are made", async () => {
  const alone = await sdl(blockers);
  const both = await sdl(blockers, urgency);
  expect(both).toMatch(/紧急程度 How urgent it is[^}]*  urgency: Int\n/);
  expect(both).toMatch(/type Warning implements Remark/);
  expect(both).not.toContain("xianmai__");
  expect(alone).not.toMatch(/urgency|Warning/);
  expect(await sdl(blockers)).toBe(alone);
  expect(await sdl(urgency, blockers)).toBe(both);
  const [one, other] = await Promise.all([sdl(blockers), sdl(blockers, urgency)]);
  expect([one, other]).toEqual([alone, both]);
});

test("composing leaves type-graphql's own metadata as the decorators made it", async () => {
  await sdl(blockers, urgency);
  const storage = getMetadataStorage();
  const before = [storage.queries.length, storage.fieldResolvers.length, storage.objectTypes.map(({ fields }) => fields?.length)];
  await sdl(blockers);
  expect(getMetadataStorage()).toBe(storage);
  expect([storage.queries.length, storage.fieldResolvers.length, storage.objectTypes.map(({ fields }) => fields?.length)]).toEqual(before);
});

async function refusalOf(...plugins: Parameters<typeof compose>[0]): Promise<Refusal> {
  const error = await compose(plugins).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Refusal) return error;
  throw new Error("These plugins were composed although they do not fit together.", { cause: error });
}

@Resolver()
class SecondBoard {
  @Query(() => Int)
  blockerBoard(): number {
    return 1;
  }
}

@Resolver()
class HiddenList {
  @Query(() => Int)
  blockers(): number {
    return 1;
  }
}

@Resolver()
class HiddenUpdate {
  @Mutation(() => Int)
  updateBlocker(): number {
    return 1;
  }
}

@ObjectType("BlockerFilter")
class OwnFilter {
  @Field(() => Int)
  size!: number;
}

@Resolver()
class OwnFilterQuery {
  @Query(() => OwnFilter)
  ownFilter(): OwnFilter {
    return { size: 1 };
  }
}

@ObjectType("BlockerBoard")
class OwnBoard {
  @Field(() => Int)
  size!: number;
}

@Resolver()
class OwnBoardQuery {
  @Query(() => OwnBoard)
  ownBoard(): OwnBoard {
    return { size: 1 };
  }
}

@Resolver(() => Blocker)
class HiddenColumn {
  @FieldResolver(() => String)
  summary(): string {
    return "";
  }
}

@Resolver(() => Blocker)
class SecondUrgency {
  @FieldResolver(() => Int)
  urgency(): number {
    return 1;
  }
}

@Resolver(() => Blocker)
class WithArguments {
  @FieldResolver(() => Int)
  delay(@Arg("days", () => Int) days: number): number {
    return days;
  }
}

@Resolver(() => Blocker)
class OfObjects {
  @FieldResolver(() => Blocker)
  twin(): unknown {
    return undefined;
  }
}

@Resolver()
class Topics {
  @Subscription(() => Int, { topics: "BLOCKERS" })
  blockerTopic(): number {
    return 1;
  }
}

class Undecorated {}

@Resolver()
class OfNothing {
  @Query(() => Undecorated)
  nothing(): unknown {
    return undefined;
  }
}

@InputType()
class WithEntity {
  @Field(() => Blocker)
  blocker!: Blocker;
}

@Resolver()
class TakesEntity {
  @Query(() => Int)
  takesEntity(@Arg("input", () => WithEntity) input: WithEntity): number {
    return input.blocker.summary.length;
  }
}

const rivals = {
  "a query that another plugin's resolver answers": {
    classes: { SecondBoard },
    code: "ROOT_FIELD_TAKEN",
    names: ["blockers", "rivals", "blockerBoard"],
  },
  "a query that is another plugin's list": {
    classes: { HiddenList },
    code: "ROOT_FIELD_TAKEN",
    names: ["blockers", "rivals", "Blocker", "HiddenList.blockers"],
  },
  "a mutation that is another plugin's update": {
    classes: { HiddenUpdate },
    code: "ROOT_FIELD_TAKEN",
    names: ["blockers", "rivals", "updateBlocker"],
  },
  "a type of the name of a generated one": {
    classes: { OwnFilterQuery },
    code: "TYPE_TAKEN",
    names: ["blockers", "rivals", "BlockerFilter"],
  },
  "a type of the name of another plugin's": {
    classes: { OwnBoardQuery },
    code: "TYPE_TAKEN",
    names: ["blockers", "rivals", "BlockerBoard"],
  },
  "a field on an entity that hides a column": {
    classes: { HiddenColumn },
    code: "FIELD_TAKEN",
    names: ["blockers", "rivals", "Blocker.summary"],
  },
  "a field on an entity that another resolver gives": {
    classes: { SecondUrgency },
    code: "FIELD_TAKEN",
    names: ["urgency", "rivals", "Blocker"],
  },
  "a field on an entity that takes arguments": {
    classes: { WithArguments },
    code: "FIELD_RESOLVER_UNSUPPORTED",
    names: ["rivals", "Blocker", "WithArguments.delay"],
  },
  "a field on an entity that gives objects": {
    classes: { OfObjects },
    code: "FIELD_RESOLVER_UNSUPPORTED",
    names: ["rivals", "Blocker", "OfObjects.twin"],
  },
  "a query of a class that is no type": { classes: { OfNothing }, code: "RESOLVERS_INVALID", names: ["rivals", "OfNothing"] },
  "an entity in an input": { classes: { TakesEntity }, code: "SCHEMA_INVALID", names: ["rivals", "WithEntity.blocker"] },
  "a subscription to a topic": { classes: { Topics }, code: "SUBSCRIPTION_WITHOUT_SOURCE", names: ["rivals", "Topics.blockerTopic"] },
};

for (const [name, { classes, code, names }] of Object.entries(rivals)) {
  test(`${name} is refused with ${code} and both culprits, instead of being lost silently`, async () => {
    const rival = plugin("rivals", { dependsOn: { blockers: "*", urgency: "*" }, resolvers: () => Promise.resolve(classes) });
    const refusal = await refusalOf(blockers, urgency, rival);
    expect(refusal.code).toBe(code);
    for (const culprit of names) {
      expect(refusal.in("zh")).toContain(culprit);
      expect(refusal.in("en")).toContain(culprit);
    }
  });
}

test("a field on the entity of a plugin that is no dependency is refused", async () => {
  const rival = plugin("rivals", { resolvers: () => Promise.resolve({ SecondUrgency }) });
  const refusal = await refusalOf(blockers, rival);
  expect(refusal.code).toBe("DEPENDENCY_UNDECLARED");
  expect(refusal.in("en")).toMatch(/rivals.*urgency.*Blocker.*blockers/);
});

test("resolvers that cannot be loaded are refused with the plugin and the reason", async () => {
  const broken = plugin("broken", { resolvers: () => Promise.reject(new Error("no such file")) });
  const refusal = await refusalOf(broken);
  expect(refusal.code).toBe("RESOLVERS_INVALID");
  expect(refusal.in("zh")).toMatch(/broken.*no such file/);
});
