import { DirectiveLocation, GraphQLDirective, GraphQLString, type GraphQLScalarType } from "graphql";

import { both } from "./describe.ts";

/** Makes `@asOf`, which has a query answered as it would have been at a time, or at the moment that an earlier answer has named. */
export function asOfDirective(dateTime: GraphQLScalarType): GraphQLDirective {
  return new GraphQLDirective({
    name: "asOf",
    description: both(
      "按过去某一时点的数据回答整个查询；at 与 moment 只写一个。",
      "Answers the whole query as of a past time; give one of at and moment.",
    ),
    locations: [DirectiveLocation.QUERY],
    args: {
      at: {
        type: dateTime,
        description: both("时间：取不晚于它的最近一次记录", "A time: the newest recorded moment that is not after it"),
      },
      moment: {
        type: GraphQLString,
        description: both("此前答案 extensions.moment 给出的时点", "The moment that an earlier answer named in extensions.moment"),
      },
    },
  });
}
