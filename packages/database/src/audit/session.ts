import type { ClientBase } from "pg";

import { sendBatch } from "../session/batch.ts";
import { PreparedStatements } from "../session/prepared.ts";

/** A row as PostgreSQL's text. */
export type Cells = readonly (string | null)[];

/**
 * Values are digested as text, so the text must not depend on who reads: whatever the login, the database or the machine is set to.
 * What happens to sort must not sort by a locale either, which uuid and numbers do not.
 */
export const CANONICAL =
  "set datestyle = 'ISO, YMD'; set timezone = 'UTC'; set intervalstyle = 'iso_8601'; set extra_float_digits = 1; " +
  "set bytea_output = 'hex'; set search_path = pg_catalog; set client_min_messages = warning; set work_mem = '32MB'";

/** Runs one statement, every cell as text. */
export async function textRows(client: ClientBase, text: string, values: readonly (string | null)[] = []): Promise<readonly Cells[]> {
  const [result] = await sendBatch(client, [{ text, values }], new PreparedStatements());
  return result?.rows ?? [];
}

/** An array of numbers or keys as PostgreSQL's text. */
export function arrayText(values: readonly (bigint | number | string)[]): string {
  return `{${values.join(",")}}`;
}

/** Bytes as PostgreSQL's text. */
export function bytesText(bytes: Buffer): string {
  return `\\x${bytes.toString("hex")}`;
}

/** An array of bytes as PostgreSQL's text. */
export function bytesArrayText(values: readonly Buffer[]): string {
  return `{${values.map((bytes) => `"\\\\x${bytes.toString("hex")}"`).join(",")}}`;
}

/** Bytes from PostgreSQL's text. */
export function bytesOf(text: string | null | undefined): Buffer {
  return Buffer.from(text?.slice(2) ?? "", "hex");
}

/** The format in which times are digested and shown: UTC, to the microsecond. */
export function timeText(expression: string): string {
  return `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}
