import type { ExecutionResult, GraphQLError } from "graphql";

/** An answer's data as the JSON that it was written as. Whatever wants objects gets them from `toJSON`. */
export class RawData {
  /** JSON. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

/** An answer whose data was never made into objects. */
export interface RawResult {
  readonly errors?: readonly GraphQLError[];
  readonly data: RawData;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The whole answer as JSON, without reading the data again. */
export function resultText(result: ExecutionResult | RawResult): string {
  const { data } = result;
  if (!(data instanceof RawData)) return JSON.stringify(result);
  const { errors, extensions } = result;
  const before = errors === undefined ? "" : `"errors":${JSON.stringify(errors)},`;
  const after = extensions === undefined ? "" : `,"extensions":${JSON.stringify(extensions)}`;
  return `{${before}"data":${data.text}${after}}`;
}
