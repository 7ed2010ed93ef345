import { bilingual, type Clock, type Label, type Language, type Plugin } from "@xianmai/plugin-api";
import type { Scalars } from "@xianmai/query";
import {
  GraphQLBoolean,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigMap,
  type GraphQLOutputType,
} from "graphql";

/** What the field `platform` reads of the context of a request. */
export interface PlatformContext {
  readonly clock: Clock;
  readonly language: Language;
  /** The label of the invented data that was loaded, where it was. */
  readonly demo: Label | undefined;
}

type Field = GraphQLFieldConfig<unknown, PlatformContext>;

/** The root field `platform`: what a page says of the platform itself: its version, its time, whether its data is invented. */
export function platformField(plugins: readonly Plugin[], version: string, scalars: Scalars): GraphQLFieldConfig<unknown, unknown> {
  const clock = object("PlatformClock", "时钟：演示数据有自己的时间", "The clock: invented data has a time of its own", {
    now: field(scalars.DateTime, "现在", "Now", ({ clock }) => clock.now()),
    today: field(scalars.Date, "今天", "Today", ({ clock }) => clock.today()),
    demo: field(GraphQLBoolean, "是否为演示时间", "Whether it shows the time of a demo", ({ clock }) => clock.demo),
  });
  const demo = object("PlatformDemo", "演示数据", "Invented data", {
    label: field(GraphQLString, "名称", "What it is called", ({ demo: label, language }) => label?.[language]),
  });
  const plugin = object("PlatformPlugin", "启用的插件", "An enabled plugin", {
    name: fieldOf<Plugin>(GraphQLString, "名称", "Name", ({ name }) => name),
    version: fieldOf<Plugin>(GraphQLString, "版本", "Version", (source) => source.version),
    label: fieldOf<Plugin>(GraphQLString, "显示名", "What it is called", (source, { language }) => source.label[language]),
  });
  const platform = object("Platform", "平台本身", "The platform itself", {
    version: field(GraphQLString, "版本", "Version", () => version),
    demo: {
      type: demo,
      description: "演示数据；没有则为空 The invented data that was loaded; null where there is none",
      resolve: (_, __, { demo: label }) => label,
    },
    clock: field(clock, "时钟", "Clock", (context) => context),
    plugins: field(new GraphQLList(new GraphQLNonNull(plugin)), "启用的插件", "Enabled plugins", () => plugins),
  });
  const made: Field = field(platform, "平台本身：版本、时钟、插件", "The platform itself: version, clock, plugins", () => ({}));
  return made as GraphQLFieldConfig<unknown, unknown>;
}

function object(name: string, zh: string, en: string, fields: GraphQLFieldConfigMap<never, PlatformContext>): GraphQLObjectType {
  return new GraphQLObjectType({ name, description: bilingual({ zh, en }), fields: fields as GraphQLFieldConfigMap<unknown, unknown> });
}

function field(type: GraphQLOutputType, zh: string, en: string, read: (context: PlatformContext) => unknown): Field {
  return { type: new GraphQLNonNull(type), description: bilingual({ zh, en }), resolve: (_, __, context) => read(context) };
}

function fieldOf<Source>(
  type: GraphQLOutputType,
  zh: string,
  en: string,
  read: (source: Source, context: PlatformContext) => unknown,
): GraphQLFieldConfig<Source, PlatformContext> {
  return { type: new GraphQLNonNull(type), description: bilingual({ zh, en }), resolve: (source, _, context) => read(source, context) };
}
