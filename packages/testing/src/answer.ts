/** An error of an answer, as GraphQL over HTTP carries it. */
export interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** An answer of the API, whole. */
export interface Answer<Data> {
  readonly status: number;
  readonly data: Data | null | undefined;
  readonly errors: readonly AnswerError[] | undefined;
  /** The moment that it was read at, to be handed back to `@asOf(moment: …)`. */
  readonly moment?: string | undefined;
}

/** Posts an operation as any client does. */
export async function ask<Data>(
  url: string,
  query: string,
  variables: object,
  headers: Readonly<Record<string, string>>,
): Promise<Answer<Data>> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors, extensions } = (await response.json()) as Partial<Answer<Data>> & {
    readonly extensions?: { readonly moment?: string };
  };
  return { status: response.status, data, errors, moment: extensions?.moment };
}

/** The data of an answer without errors. @throws Error that shows the operation, its variables and every error, for a person to read */
export function dataOf<Data>({ status, data, errors }: Answer<Data>, query: string, variables: object): Data {
  if (errors === undefined && data !== undefined && data !== null) return data;
  const told = (errors ?? []).map(({ message, path = [] }) => `  ${path.length === 0 ? "" : `${path.join(".")}: `}${message}`);
  const asked = Object.keys(variables).length === 0 ? query.trim() : `${query.trim()}\n${JSON.stringify(variables)}`;
  throw new Error(`The API answered ${status} with errors:\n${told.join("\n")}\nAsked:\n${asked}`);
}
