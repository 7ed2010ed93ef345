import { GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLString } from "graphql";

import { both } from "./describe.ts";

/** Makes `Problem`: an expected failure of a mutation. Its source is an object with `code`, `path`, and `message` in the viewer's language. */
export function problemType(): GraphQLObjectType {
  const text = new GraphQLNonNull(GraphQLString);
  return new GraphQLObjectType({
    name: "Problem",
    description: both("可预期的失败：改正后可重试。", "An expected failure: to be mended and tried again."),
    fields: {
      code: { type: text, description: both("稳定的代码", "A stable code") },
      path: { type: new GraphQLNonNull(new GraphQLList(text)), description: both("出错的位置", "What is at fault") },
      message: { type: text, description: both("说明与补救办法", "What is wrong, and the remedy") },
    },
  });
}
