import type { Catalog } from "./structure/catalog.ts";
import { NO_STRUCTURE, withAct, type Structure, type StructureAct } from "./structure/structure.ts";

/** Cells that were redacted, as it is sealed: from then on they must be empty, and their marks say nothing any more. */
export interface RedactionAct {
  readonly kind: "redaction";
  readonly table: number;
  /** The table's name, for people. */
  readonly name: string;
  readonly id: string;
  /** The columns by their numbers in the structure, and by name. */
  readonly columns: readonly number[];
  readonly names: readonly string[];
  /** The stamps at which the versions began; `closed` those that the same transaction ended. */
  readonly open: readonly string[];
  readonly closed: readonly string[];
  readonly actor: string | null;
  readonly reason: string;
}

/** The feed's retention forgot change rows that were sealed: who and when is gone with them, what is not. */
export interface RetentionAct {
  readonly kind: "retention";
  /** Changes below this stamp may be gone. */
  readonly below: string;
  /** How many are, in all. */
  readonly changes: number;
}

/** What a seal says beside its leaves. */
export type Act = StructureAct | RedactionAct | RetentionAct;

/** The structure that a series of acts leaves. */
export function structureAfter(acts: readonly Act[]): Structure {
  return acts.reduce((structure, act) => (act.kind === "structure" ? withAct(structure, act) : structure), NO_STRUCTURE);
}

/** What the feed's retention forgot that no act says yet. */
export function retentionSince(acts: readonly Act[], { below, changes }: Catalog["forgotten"]): readonly RetentionAct[] {
  const last = acts.findLast((act) => act.kind === "retention");
  return (last?.changes ?? 0) === changes ? [] : [{ kind: "retention", below: String(below), changes }];
}

/** The text that is stored and hashed. */
export function actsText(acts: readonly Act[]): string | null {
  return acts.length === 0 ? null : JSON.stringify(acts);
}

/** Reads acts; `undefined` for what the sealer cannot have written, since whoever tampers with it may write anything. */
export function actsOf(text: string | null): readonly Act[] | undefined {
  if (text === null) return [];
  try {
    const acts: unknown = JSON.parse(text);
    return Array.isArray(acts) && acts.every(isAct) ? acts : undefined;
  } catch {
    return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isNumber: Check = (value) => typeof value === "number";
const isText: Check = (value) => typeof value === "string";
const isStamp: Check = (value) => typeof value === "string" && /^\d{1,19}$/.test(value);
const isPlace: Check = (value) => value === null || typeof value === "number";
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const shaped =
  (shape: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === "object" && value !== null && Object.entries(shape).every(([name, check]) => check((value as Fields)[name]));

const isStructure = shaped({
  migrations: listOf(isText),
  home: isNumber,
  tables: listOf(shaped({ number: isNumber, name: isText, current: isPlace, history: isPlace, lost: isStamp })),
  columns: listOf(shaped({ table: isNumber, id: isNumber, name: isText, type: isText, current: isPlace, history: isPlace })),
  notes: listOf(shaped({ what: isText, table: isText })),
});

const isRedaction = shaped({
  table: isNumber,
  name: isText,
  id: isText,
  columns: listOf(isNumber),
  names: listOf(isText),
  open: listOf(isStamp),
  closed: listOf(isStamp),
  reason: isText,
});

const isRetention = shaped({ below: isStamp, changes: isNumber });

function isAct(value: unknown): value is Act {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  const checks: Readonly<Record<string, Check>> = { structure: isStructure, redaction: isRedaction, retention: isRetention };
  return typeof value.kind === "string" && Object.hasOwn(checks, value.kind) && checks[value.kind]?.(value) === true;
}
