import { encodeMoment, type Moment } from "@xianmai/database";
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

/** The answer with the moment that it is of, for whoever wants to ask for it again; as it is where nothing was read. */
export function withMoment<Result extends ExecutionResult | RawResult>(result: Result, moment: Moment | undefined): Result {
  return moment === undefined ? result : { ...result, extensions: { ...result.extensions, moment: encodeMoment(moment) } };
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
