import { GraphQLError, parse, validate, type DocumentNode, type GraphQLSchema } from "graphql";
import { LRUCache } from "lru-cache";

/** Characters of documents that are kept parsed: screens send few, again and again. */
const KEPT = 2 * 1024 * 1024;

/** Documents as a transport needs them: parsed and valid. */
export interface Documents {
  /** @returns the document, or why it is none */
  get(query: string): DocumentNode | readonly GraphQLError[];
  /** One that was found valid before; `undefined` for any other. */
  known(query: string): DocumentNode | undefined;
  /** Keeps one that was found valid elsewhere. */
  keep(query: string, document: DocumentNode): void;
}

/** Makes the documents of one schema; those that were valid are kept, within bounds, for all transports: what is made of one is made once. */
export function createDocuments(schema: GraphQLSchema): Documents {
  const kept = new LRUCache<string, DocumentNode>({ maxSize: KEPT, sizeCalculation: (_, query) => query.length + 1 });
  return {
    get: (query) => {
      const known = kept.get(query);
      if (known !== undefined) return known;
      const document = parsed(query);
      if (!("kind" in document)) return document;
      const errors = validate(schema, document);
      if (errors.length > 0) return errors.map((error) => coded(error, "GRAPHQL_VALIDATION_FAILED"));
      kept.set(query, document);
      return document;
    },
    known: (query) => kept.get(query),
    keep: (query, document) => {
      if (!kept.has(query)) kept.set(query, document);
    },
  };
}

function parsed(query: string): DocumentNode | readonly GraphQLError[] {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return [coded(error, "GRAPHQL_PARSE_FAILED")];
    throw error;
  }
}

function coded({ message, nodes, source, positions }: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(message, { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null, extensions: { code } });
}
