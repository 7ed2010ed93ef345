import type { getMetadataStorage } from "type-graphql";

import type { Reach } from "./reach.ts";

type Storage = ReturnType<typeof getMetadataStorage>;

/** Where type-graphql keeps its one storage of metadata. */
const holder = globalThis as { TypeGraphQLMetadataStorage?: Storage };

/**
 * A storage of one composition's own: the global one without what its resolvers do not reach. A build pushes fields into object types and
 * completes handlers, so those are copied; input and argument types are read again at run time from the global one, so those are shared.
 */
export function storageOf(global: Storage, { types, resolvers }: Reach): Storage {
  const own = global.clone();
  const reached = <Definition extends { readonly target: unknown }>(definitions: Definition[]): Definition[] =>
    definitions.filter(({ target }) => types.has(target));
  const resolving = <Definition extends { readonly target: unknown }>(definitions: Definition[]): Definition[] =>
    definitions.filter(({ target }) => resolvers.has(target)).map((definition) => ({ ...definition }));

  own.objectTypes = reached(own.objectTypes).map(unbuilt);
  // who implements an interface is said by being exported, else the types of disabled plugins would appear
  own.interfaceTypes = reached(own.interfaceTypes).map((definition) => ({ ...unbuilt(definition), autoRegisteringDisabled: true }));
  own.inputTypes = reached(own.inputTypes);
  own.argumentTypes = reached(own.argumentTypes);
  own.enums = own.enums.filter(({ enumObj }) => types.has(enumObj));
  own.unions = own.unions.filter(({ symbol }) => types.has(symbol));
  own.fields = reached(own.fields).map((field) => ({ ...field }));
  own.resolverClasses = own.resolverClasses.filter(({ target }) => resolvers.has(target));
  own.queries = resolving(own.queries);
  own.mutations = resolving(own.mutations);
  own.subscriptions = resolving(own.subscriptions);
  // a type's own methods are field resolvers too, with the type as their target
  own.fieldResolvers = own.fieldResolvers.filter(({ target }) => resolvers.has(target) || types.has(target)).map((one) => ({ ...one }));
  return own;
}

/** Runs `build` with `storage` in the place of type-graphql's own, which stands there again afterwards whatever happens. */
export function withStorage<Built>(storage: Storage, build: () => Built): Built {
  const before = holder.TypeGraphQLMetadataStorage;
  holder.TypeGraphQLMetadataStorage = storage;
  try {
    return build();
  } finally {
    if (before === undefined) delete holder.TypeGraphQLMetadataStorage;
    else holder.TypeGraphQLMetadataStorage = before;
  }
}

/** The definition as its decorator left it, without what an earlier build added. */
function unbuilt<Definition extends { readonly fields?: unknown; readonly directives?: unknown; readonly extensions?: unknown }>(
  definition: Definition,
): Definition {
  const { fields: _fields, directives: _directives, extensions: _extensions, ...declared } = definition;
  return declared as Definition;
}
