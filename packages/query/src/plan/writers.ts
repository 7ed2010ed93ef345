import type { Writer } from "../run/answer.ts";

/** Writes an object out of the writers of its fields, in their order. */
export function objectWriter(fields: readonly (readonly [string, Writer])[]): Writer {
  if (fields.length === 0) return constant("{}");
  const parts = fields.map(([key, write], at) => ({ before: `${at === 0 ? "{" : ","}${JSON.stringify(key)}:`, write }));
  return (row, answer) => {
    for (const { before, write } of parts) {
      answer.write(before);
      write(row, answer);
    }
    answer.write("}");
  };
}

/** Writes the same whatever the row. */
export function constant(json: string): Writer {
  return (_row, answer) => {
    answer.write(json);
  };
}

/** Writes a cell, or null where it is empty. */
export function cellWriter(cell: number, json: (text: string) => string): Writer {
  return (row, answer) => {
    const text = row[cell];
    answer.write(text === null || text === undefined ? "null" : json(text));
  };
}
