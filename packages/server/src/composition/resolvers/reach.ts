import type { Label } from "@xianmai/plugin-api";
import type { getMetadataStorage } from "type-graphql";

import { nameKinds, type Claimant, type Claims, type NameKind } from "../claims/claims.ts";
import type { AnyClass, PluginClasses } from "./load.ts";

type Storage = ReturnType<typeof getMetadataStorage>;

/** What the resolvers of the enabled plugins lead to: the only metadata that their schema is built from. */
export interface Reach {
  /** Classes, enum objects and union symbols. */
  readonly types: ReadonlySet<unknown>;
  /** Resolver classes with those that they extend. */
  readonly resolvers: ReadonlySet<unknown>;
  /** Exported object types that implement an interface: no field leads to them. */
  readonly implementers: readonly AnyClass[];
}

/**
 * Walks type-graphql's metadata from the resolvers of the enabled plugins, and claims each name for the plugin that reaches it first.
 * Two resolvers for one field, or two types of one name, would else collide silently.
 *
 * @param known what stands for a type of the platform (entity classes, choices, lifecycles …): the walk ends there
 * @throws Refusal that names both culprits
 */
export function reach(loaded: readonly PluginClasses[], storage: Storage, known: ReadonlySet<unknown>, claims: Claims): Reach {
  const types = new Set<unknown>();
  const resolvers = new Set<unknown>();
  const implementers: AnyClass[] = [];

  const visit = (plugin: string, value: unknown): void => {
    if (value === undefined || known.has(value) || types.has(value)) return;
    const composite = [...storage.objectTypes, ...storage.interfaceTypes].filter(({ target }) => target === value);
    const unions = storage.unions.filter(({ symbol }) => symbol === value);
    const plain = [
      ...storage.inputTypes.filter(({ target }) => target === value),
      ...storage.enums.filter(({ enumObj }) => enumObj === value),
    ];
    const isArguments = storage.argumentTypes.some(({ target }) => target === value);
    const named = [...composite, ...unions, ...plain];
    if (named.length === 0 && !isArguments) return;
    types.add(value);
    for (const definition of named) {
      const thing = { zh: `类型 ${definition.name}`, en: `type ${definition.name}` };
      claims.claim(nameKinds.type, definition.name, claimant(plugin, thing, definition));
    }
    for (const { interfaceClasses = [] } of composite) for (const implemented of interfaceClasses) visit(plugin, implemented);
    for (const { getClassTypes } of unions) for (const member of getClassTypes()) visit(plugin, member);
    for (const field of storage.fields.filter(({ target }) => target === value)) {
      visit(plugin, field.getType());
      visitParameters(plugin, field.target, field.name);
    }
    if (typeof value === "function") visit(plugin, Object.getPrototypeOf(value));
  };

  const visitParameters = (plugin: string, target: unknown, method: string): void => {
    for (const parameter of storage.params) {
      if (parameter.target !== target || parameter.methodName !== method) continue;
      if (parameter.kind === "arg" || parameter.kind === "args") visit(plugin, parameter.getType());
      if (parameter.kind === "custom") visit(plugin, parameter.options.arg?.getType());
    }
  };

  const visitResolver = (plugin: string, target: AnyClass): void => {
    resolvers.add(target);
    const roots: readonly [NameKind, Storage["queries"]][] = [
      [nameKinds.query, storage.queries],
      [nameKinds.mutation, storage.mutations],
      [nameKinds.subscription, storage.subscriptions],
    ];
    for (const [kind, handlers] of roots) {
      for (const handler of handlers.filter((one) => one.target === target)) {
        claims.claim(kind, handler.schemaName, claimant(plugin, methodLabel(target, handler.methodName), handler));
        visit(plugin, handler.getReturnType());
        visitParameters(plugin, target, handler.methodName);
      }
    }
    for (const field of storage.fieldResolvers.filter((one) => one.target === target)) {
      visit(plugin, storage.resolverClasses.find((one) => one.target === target)?.getObjectType());
      visit(plugin, field.getType?.());
      visitParameters(plugin, target, field.methodName);
    }
    const parent: unknown = Object.getPrototypeOf(target);
    if (storage.resolverClasses.some((one) => one.target === parent)) visitResolver(plugin, parent as AnyClass);
  };

  for (const { plugin, resolvers: own, others } of loaded) {
    for (const resolver of own) visitResolver(plugin.name, resolver);
    for (const other of others) {
      const implemented = storage.objectTypes.find(({ target }) => target === other)?.interfaceClasses;
      if (implemented === undefined) continue;
      visit(plugin.name, other);
      implementers.push(other);
    }
  }
  return { types, resolvers, implementers };
}

function claimant(plugin: string, thing: Label, declaration: unknown): Claimant {
  return { plugin, thing, declaration };
}

function methodLabel(target: { readonly name: string }, method: string): Label {
  return { zh: `解析器 ${target.name}.${method}`, en: `resolver ${target.name}.${method}` };
}
