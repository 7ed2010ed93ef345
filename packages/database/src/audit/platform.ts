/**
 * The tables of the audit. Only the sealer writes them; nobody of the application can, and readers of the feed have no use for the leaves.
 *
 * A seal says: up to this snapshot everything is sealed. Its leaves hold one salted digest per cell, never a value.
 */
export const AUDIT_TABLES: readonly string[] = [
  `create table xm.seal (
  number bigint primary key,
  -- HMAC over the root before it, over this row and its leaves, with a key that is not in the database
  root bytea not null,
  key text not null,
  base bigint not null,
  snapshot text not null,
  -- what happened beside the rows, as JSON: tables that changed their columns, cells that were redacted
  acts text,
  leaves integer not null,
  at timestamptz not null
)`,
  "create index seal_acts on xm.seal (number) where acts is not null",
  `create table xm.seal_leaf (
  seal bigint not null,
  place integer not null,
  stamp bigint not null,
  tbl smallint not null,
  part integer not null,
  hash bytea not null,
  body bytea not null,
  -- the seed of the salts; once a cell is redacted, the salts of all the others instead
  salt bytea,
  salts bytea,
  primary key (seal, place)
)`,
  "create index seal_leaf_subject on xm.seal_leaf (tbl, stamp, part, seal)",
  // digests do not compress
  "alter table xm.seal_leaf alter column body set storage external, alter column salts set storage external",
  "create index step_stamp on xm.step (stamp)",
];
