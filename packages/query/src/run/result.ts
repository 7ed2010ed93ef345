import { encodeMoment, fromBytes, toBytes, type Moment } from "@xianmai/database";
import type { ExecutionResult, GraphQLError } from "graphql";

/** An answer's data as the JSON that it was written as, in bytes: one character for each. Whatever wants objects gets them from `toJSON`. */
export class RawData {
  /** The bytes of JSON. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): unknown {
    return JSON.parse(fromBytes(this.text));
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

/** The bytes of the whole answer as JSON, one character for each, without reading the data again. */
export function resultBytes(result: ExecutionResult | RawResult): string {
  const { data } = result;
  if (!(data instanceof RawData)) return toBytes(JSON.stringify(result));
  const { errors, extensions } = result;
  const before = errors === undefined ? "" : `"errors":${toBytes(JSON.stringify(errors))},`;
  const after = extensions === undefined ? "" : `,"extensions":${toBytes(JSON.stringify(extensions))}`;
  return `{${before}"data":${data.text}${after}}`;
}

/** The whole answer as JSON, as a text. */
export function resultText(result: ExecutionResult | RawResult): string {
  return fromBytes(resultBytes(result));
}
