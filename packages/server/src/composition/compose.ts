import { scopesOf } from "@xianmai/database";
import { eventFields } from "@xianmai/live";
import { metricFields } from "@xianmai/metrics";
import type { Plugin } from "@xianmai/plugin-api";
import { buildModel, type Model } from "@xianmai/plugin-api/model";
import { createEntityTypes, mutationFields, queryFields, type EntityTypes } from "@xianmai/query";
import { clockFields, lifecycleFields, platformParts, resolveAlerts, stepFields, type AlertRule } from "@xianmai/workflow";
import type { GraphQLFieldConfigMap, GraphQLSchema } from "graphql";

import { version } from "../version.ts";
import { assemble } from "./assemble.ts";
import { checkDeclarations } from "./checks.ts";
import { claimDeclared } from "./claims/declared.ts";
import { claimGenerated } from "./claims/generated.ts";
import { composeJobs } from "./jobs.ts";
import { inOrderOfDependency } from "./order.ts";
import { partFields } from "./parts.ts";
import { platformField } from "./platform.ts";
import { buildCustomParts } from "./resolvers/build.ts";
import { resolverFields } from "./resolvers/entity-fields.ts";
import { loadResolvers } from "./resolvers/load.ts";

/** Fields whose resolvers know which context they are given. */
type Fields = GraphQLFieldConfigMap<unknown, unknown>;

/** What the enabled plugins are together. */
export interface Composition {
  /** Sorted by dependency. */
  readonly plugins: readonly Plugin[];
  readonly model: Model;
  readonly types: EntityTypes;
  /** What raises alerts: what plugins declare, and the clocks of lifecycles. */
  readonly alerts: readonly AlertRule[];
  readonly schema: GraphQLSchema;
  /** IANA name of the county's time zone. */
  readonly timeZone: string;
}

/** What differs from county to county. */
export interface CompositionOptions {
  /** IANA name of the county's time zone: Asia/Shanghai unless given. */
  readonly timeZone?: string;
}

/**
 * Makes one platform of plugins. Two compositions in one process know nothing of each other.
 *
 * @throws Refusal that names the culprits and the remedy
 */
export async function compose(listed: readonly Plugin[], { timeZone = "Asia/Shanghai" }: CompositionOptions = {}): Promise<Composition> {
  const parts = platformParts(listed);
  const sorted = inOrderOfDependency([...listed, ...parts.map(({ plugin }) => plugin)]);
  const loaded = await loadResolvers(sorted);
  const fields = resolverFields(sorted, loaded);
  const { plugins } = fields;
  checkDeclarations(plugins);
  const claims = claimDeclared(plugins);
  const model = buildModel(plugins);
  // asked for its refusals: an entity that does not say whose its rows are
  scopesOf(model);
  const types = createEntityTypes(model, {
    timeZone,
    fields: (entity, made) => ({
      ...lifecycleFields(entity, made),
      ...clockFields(entity, made),
      ...Object.fromEntries(parts.flatMap(({ fields: more }) => Object.entries(more?.(entity, made) ?? {}))),
    }),
  });
  claimGenerated(claims, types);
  const alerts = resolveAlerts(model, types);
  const jobs = composeJobs(plugins, types, timeZone);
  const ofParts = partFields(parts, types, claims);
  const custom = buildCustomParts(loaded, fields, types, claims);
  const schema = assemble({
    plugins,
    claims,
    query: {
      platform: platformField(plugins, version, types.scalars),
      ...jobs.query,
      ...ofParts.query,
      ...queryFields(types),
      ...metricFields(types),
      ...custom.query,
    },
    mutation: { ...mutationFields(types), ...stepFields(model, types, parts), ...ofParts.mutation, ...jobs.mutation, ...custom.mutation },
    subscription: { ...(eventFields(model, types) as Fields), ...custom.subscription },
    directives: [types.asOf],
    types: [...types.all, ...custom.types],
  });
  return { plugins, model, types, alerts, schema, timeZone };
}
