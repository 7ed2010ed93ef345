import { createHash } from "node:crypto";

/** PostgreSQL cuts longer names off, silently. */
const LONGEST_NAME = 63;

/**
 * Every word that PostgreSQL's own `quote_identifier` quotes: all key words of 15 to 18 but the unreserved ones.
 * A word more than a version knows does no harm.
 */
const QUOTED = new Set(
  (
    "all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char character check " +
    "coalesce collate collation column concurrently constraint create cross current_catalog current_date current_role current_schema " +
    "current_time current_timestamp current_user dec decimal default deferrable desc distinct do else end except exists extract false fetch " +
    "float for foreign freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect interval " +
    "into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table " +
    "json_value lateral leading least left like limit localtime localtimestamp merge_action national natural nchar none normalize not notnull " +
    "null nullif numeric offset on only or order out outer overlaps overlay placing position precision primary real references returning right " +
    "row select session_user setof similar smallint some substring symmetric system_user table tablesample then time timestamp to trailing " +
    "treat trim true union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement " +
    "xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable"
  ).split(" "),
);

/** Writes a name for SQL as PostgreSQL itself would: in quotes only where it must be. */
export function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !QUOTED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Writes names for SQL, separated by commas. */
export function quotedList(names: readonly string[]): string {
  return names.map(quoted).join(", ");
}

/** Writes a text as a literal for SQL. */
export function literal(text: string): string {
  const plain = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\\") ? `E${plain.replaceAll("\\", "\\\\")}` : plain;
}

/**
 * Names what belongs to a table: a constraint or an index after its columns, in the manner of MikroORM (`project_enterprise_id_foreign`),
 * a function after what it does. Where the name is too long for PostgreSQL its middle becomes a hash of the whole, so that it stays stable and different.
 */
export function objectName(table: string, columns: readonly string[], kind: string): string {
  const whole = [table, ...columns, kind].join("_");
  if (whole.length <= LONGEST_NAME) return whole;
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, 8);
  return `${whole.slice(0, LONGEST_NAME - kind.length - hash.length - 2)}_${hash}_${kind}`;
}
