/** The answer did not come, or is not one to show. `refused` is an answer with errors, `unreachable` everything that is no answer. */
export class AnswerFailed extends Error {
  readonly reason: "unreachable" | "refused";

  constructor(reason: "unreachable" | "refused", message: string) {
    super(message);
    this.reason = reason;
  }
}

const patience = 10_000;

/**
 * Sends a document over HTTP and gives the whole data of its answer; data with errors beside it counts as no answer, since a screen must not show
 * half a state.
 *
 * @throws AnswerFailed
 */
export async function ask(endpoint: string, document: string, signal: AbortSignal): Promise<unknown> {
  const abort = new AbortController();
  const giveUp = (): void => abort.abort();
  const timer = setTimeout(giveUp, patience);
  signal.addEventListener("abort", giveUp);
  try {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/graphql-response+json, application/json" },
      body: JSON.stringify({ query: document }),
      cache: "no-store",
      signal: abort.signal,
    });
    return dataOf(response, await response.json());
  } catch (error) {
    if (error instanceof AnswerFailed) throw error;
    throw new AnswerFailed("unreachable", error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", giveUp);
  }
}

function dataOf(response: Response, body: unknown): unknown {
  const { data, errors } = Object(body) as { readonly data?: unknown; readonly errors?: readonly { readonly message: string }[] };
  if (errors !== undefined) throw new AnswerFailed("refused", errors.map((error) => error.message).join("; "));
  if (!response.ok || typeof data !== "object" || data === null) throw new AnswerFailed("unreachable", `HTTP ${response.status}`);
  return data;
}
