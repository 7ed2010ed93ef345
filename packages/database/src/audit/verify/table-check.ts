import type { ClientBase } from "pg";

import { isSealed, type SealedPosition } from "../chain.ts";
import type { ReadChange } from "../leaves/build.ts";
import { CHANGE_FIELDS, changeCell } from "../leaves/leaf.ts";
import type { Marker } from "../leaves/marks.ts";
import { ALL, streamEnds, streamVersions, type ReadEnd, type ReadVersion, type Relation } from "../relation.ts";
import { CHANGE_COLUMNS, changeOf } from "../sealing/deeds.ts";
import { openStream, takeWhile, type RowStream } from "../stream.ts";
import { STEPS } from "../structure/catalog.ts";
import type { ColumnState, TableState } from "../structure/structure.ts";
import type { Finding, Findings } from "./finding.ts";
import { nextGroup, streamLeaves, type LeafGroup } from "./leaf-group.ts";
import type { Redactions } from "./redactions.ts";
import { checkVersions } from "./versions-check.ts";

/** What a table is checked with. */
export interface TableContext {
  readonly state: TableState;
  readonly relation: Relation;
  readonly columns: readonly ColumnState[];
  readonly redactions: Redactions;
  readonly position: SealedPosition;
  /** Change rows below this stamp may have been forgotten. */
  readonly horizon: bigint;
  readonly marker: Marker;
  readonly findings: Findings;
}

/** What was looked at. */
export interface TableOutcome {
  readonly versions: number;
  readonly changes: number;
  /** Versions that went with a table that was dropped. */
  readonly lost: number;
  /** Change rows below the horizon that are not there. */
  readonly forgotten: number;
  /** Change rows that no seal reaches yet, and the time of the oldest. */
  readonly unsealed: number;
  readonly unsealedSince: string | undefined;
}

/** Holds a table, its history and its change rows against what was sealed of them, all by stamp and side by side. */
export async function checkTable(client: ClientBase, context: TableContext): Promise<TableOutcome> {
  const { relation, columns } = context;
  const steps = relation.number === STEPS;
  const leaves = await streamLeaves(client, relation.number);
  const changes = await openStream(
    client,
    "xm_changes",
    `select ${CHANGE_COLUMNS} from xm.change c where c.tbl = ${steps ? -1 : relation.number} order by c.stamp, c.position`,
    changeOf,
  );
  const versions = await streamVersions(client, "xm_versions", relation, columns, ALL);
  const ends = await streamEnds(client, "xm_ends", relation, "true");
  const check = new TableCheck(context, { changes, versions, ends });
  for (let group = await nextGroup(leaves); group !== undefined; group = await nextGroup(leaves)) await check.group(group);
  await check.rest();
  for (const stream of [leaves, changes, versions, ends]) await stream.close();
  return check.outcome;
}

interface Streams {
  readonly changes: RowStream<ReadChange>;
  readonly versions: RowStream<ReadVersion>;
  readonly ends: RowStream<ReadEnd>;
}

class TableCheck {
  readonly outcome = { versions: 0, changes: 0, lost: 0, forgotten: 0, unsealed: 0, unsealedSince: undefined as string | undefined };
  readonly #context: TableContext;
  readonly #streams: Streams;
  /** The change row that came last: it says when and by whom its transaction wrote. */
  #last: ReadChange | undefined;
  /** A transaction with a leaf that cannot be read: what else it wrote is not told apart from what should not be there. */
  #unreadable: bigint | undefined;

  constructor(context: TableContext, streams: Streams) {
    this.#context = context;
    this.#streams = streams;
  }

  /** One part of what a transaction did. */
  async group({ stamp, seal, leaves, bounds, broken }: LeafGroup): Promise<void> {
    const { columns, redactions, marker, state } = this.#context;
    await this.#unexpected(stamp);
    for (const faulty of broken) this.#add({ code: "LEAF_BROKEN", seal: faulty, stamp });
    if (bounds === undefined || broken.length > 0) {
      this.#unreadable = stamp;
      return;
    }
    const { changes, versions, ends } = this.#streams;
    const changed = await takeWhile(changes, (row) => row.stamp === stamp && row.position <= bounds.position);
    const own = await takeWhile(versions, (row) => row.from === stamp && row.id <= bounds.id);
    const ended = await takeWhile(ends, (row) => row.to === stamp && row.id <= bounds.id);
    this.outcome.changes += changed.length;
    this.outcome.versions += own.length;
    this.#last = changed[0] ?? this.#last;
    this.#changes(stamp, seal, leaves, changed);
    const found = checkVersions({ leaves, columns, redactions, marker }, own);
    for (const { version, columns: names } of found.changed) this.#version("CELL_CHANGED", seal, version, names);
    for (const { version, columns: names } of found.undone) this.#version("REDACTION_UNDONE", seal, version, names);
    for (const version of found.added) this.#version("VERSION_ADDED", seal, version);
    for (const { id } of found.missing) {
      if (stamp < BigInt(state.lost)) this.outcome.lost += 1;
      else this.#add({ code: "VERSION_MISSING", seal, stamp, id });
    }
    this.#ends(stamp, seal, leaves, ended);
  }

  /** What is left when all leaves are through. */
  rest(): Promise<void> {
    return this.#unexpected(undefined);
  }

  /** Rows of stamps before this one that no leaf speaks of: not sealed yet, or written past the capture, or past the seal. */
  async #unexpected(before: bigint | undefined): Promise<void> {
    const { versions, ends } = this.#streams;
    for (let row = await versions.peek(); row !== undefined && (before === undefined || row.from < before); row = await versions.peek()) {
      const captured = this.#context.relation.number === STEPS || (await this.#isCaptured(row.from));
      if (!captured) this.#version("VERSION_UNCAPTURED", undefined, row);
      else if (this.#isSealed(row.from)) this.#version("VERSION_ADDED", undefined, row);
      this.outcome.versions += 1;
      await versions.next();
    }
    await this.#passChanges(before);
    for (let row = await ends.peek(); row !== undefined && (before === undefined || row.to < before); row = await ends.peek()) {
      if (this.#isSealed(row.to)) this.#add({ code: "END_ADDED", stamp: row.to, id: row.id });
      await ends.next();
    }
  }

  async #isCaptured(stamp: bigint): Promise<boolean> {
    await this.#passChanges(stamp);
    return (await this.#streams.changes.peek())?.stamp === stamp;
  }

  async #passChanges(before: bigint | undefined): Promise<void> {
    const { changes } = this.#streams;
    for (let row = await changes.peek(); row !== undefined && (before === undefined || row.stamp < before); row = await changes.peek()) {
      this.outcome.changes += 1;
      this.#last = row;
      if (this.#isSealed(row.stamp)) {
        this.#add({ code: "CHANGE_ADDED", stamp: row.stamp, position: row.position });
      } else {
        this.outcome.unsealed += 1;
        const at = row.fields[CHANGE_FIELDS.indexOf("at")] ?? undefined;
        if (at !== undefined && (this.outcome.unsealedSince === undefined || at < this.outcome.unsealedSince))
          this.outcome.unsealedSince = at;
      }
      await changes.next();
    }
  }

  #changes(stamp: bigint, seal: bigint, leaves: LeafGroup["leaves"], rows: readonly ReadChange[]): void {
    const found = new Map(rows.map((row) => [row.position, row]));
    for (const { body, salts } of leaves) {
      for (const [at, position] of body.changes.entries()) {
        const row = found.get(position);
        found.delete(position);
        if (row === undefined) {
          if (stamp < this.#context.horizon) this.outcome.forgotten += 1;
          else this.#add({ code: "CHANGE_MISSING", seal, stamp, position });
          continue;
        }
        const columns = CHANGE_FIELDS.filter((_, field) => {
          const cell = changeCell(at, field);
          return !this.#context.marker.fits(body.marks, salts, cell, row.fields[field] ?? null);
        });
        if (columns.length > 0) this.#add({ code: "CHANGE_EDITED", seal, stamp, position, columns });
      }
    }
    for (const position of found.keys()) this.#add({ code: "CHANGE_ADDED", seal, stamp, position });
  }

  #ends(stamp: bigint, seal: bigint, leaves: LeafGroup["leaves"], rows: readonly ReadEnd[]): void {
    const open = Map.groupBy(rows, ({ id, from }) => `${id} ${from}`);
    const { current, history } = this.#context.relation;
    for (const { id, from } of leaves.flatMap(({ body }) => body.ended)) {
      if (open.get(`${id} ${from}`)?.pop() !== undefined) continue;
      if (current === undefined && history === undefined && stamp < BigInt(this.#context.state.lost)) this.outcome.lost += 1;
      else this.#add({ code: "END_MISSING", seal, stamp, id });
    }
    for (const { id } of [...open.values()].flat()) this.#add({ code: "END_ADDED", seal, stamp, id });
  }

  #version(code: Finding["code"], seal: bigint | undefined, { from, id, current }: ReadVersion, columns?: readonly string[]): void {
    this.#add({
      code,
      ...(seal === undefined ? {} : { seal }),
      stamp: from,
      id,
      place: current ? "current" : "history",
      ...(columns === undefined ? {} : { columns }),
    });
  }

  #add(finding: Omit<Finding, "table" | "at" | "actor">): void {
    if (finding.stamp === this.#unreadable && finding.code.endsWith("_ADDED")) return;
    const written = this.#last?.stamp === finding.stamp ? this.#last : undefined;
    const [at, actor] = (["at", "actor"] as const).map((field) => written?.fields[CHANGE_FIELDS.indexOf(field)] ?? undefined);
    this.#context.findings.add({
      ...finding,
      table: this.#context.relation.name,
      ...(at === undefined ? {} : { at }),
      ...(actor === undefined || actor === "" ? {} : { actor }),
    });
  }

  #isSealed(stamp: bigint): boolean {
    return isSealed(this.#context.position, stamp);
  }
}
