import { moneyFromWan } from "@xianmai/plugin-api";

import type { DocumentName, SideName } from "./documents.ts";

/** A figure or amount: ours is in 万元, the others' in 分. */
type Amount = string | number;

interface Group {
  readonly key?: { readonly field?: string; readonly responsibleUnit?: { readonly code: string } } | string;
  readonly keys?: readonly string[];
  readonly totalInvestment?: Readonly<Record<"sum" | "min" | "max", Amount>>;
  readonly sum?: { readonly totalInvestment: Amount };
  readonly min?: { readonly totalInvestment: Amount };
  readonly max?: { readonly totalInvestment: Amount };
}

interface Groups {
  readonly byField: readonly Group[];
  readonly byUnit: readonly Group[];
}

interface Answered {
  readonly errors?: unknown;
  readonly data?: Readonly<Record<string, unknown>> & { readonly projects?: unknown };
}

/**
 * What an answer says, whoever gave it: amounts in 分, keys of rows bare, groups by the codes of their keys.
 *
 * @param codes of fields and units, by the keys of their rows
 * @throws Error when it is no answer
 */
export function meaningOf(side: SideName, document: DocumentName, body: string, codes: ReadonlyMap<string, string>): string {
  const { data, errors } = JSON.parse(body) as Answered;
  if (data === undefined || errors !== undefined) throw new Error(`${side} does not answer ${document}: ${body.slice(0, 500)}`);
  if (document !== "aggregates") return JSON.stringify(plain(side, data), undefined, 1);
  const groups = (side === "postgraphile" ? data.projects : data) as Groups;
  const figures = (group: Group): readonly [string, readonly string[]] => [
    keyOf(group, codes),
    (["sum", "min", "max"] as const).map((figure) => fen(side, group.totalInvestment?.[figure] ?? group[figure]?.totalInvestment ?? "")),
  ];
  const sorted = (list: readonly Group[]): unknown => list.map(figures).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([sorted(groups.byField), sorted(groups.byUnit)], undefined, 1);
}

function keyOf({ key, keys }: Group, codes: ReadonlyMap<string, string>): string {
  if (key !== undefined && typeof key !== "string") return key.field ?? key.responsibleUnit?.code ?? "";
  const raw = key ?? keys?.[0] ?? "";
  return codes.get(raw) ?? raw;
}

const AMOUNTS: ReadonlySet<string> = new Set(["totalInvestment", "invested"]);

function plain(side: SideName, value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => plain(side, item));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, plain(side, of, key)]));
  if (AMOUNTS.has(name)) return fen(side, value as Amount);
  return name === "id" && typeof value === "string" ? value.replace(/^Project:/, "") : value;
}

function fen(side: SideName, amount: Amount): string {
  return side === "ours" ? String(moneyFromWan(String(amount))) : String(amount);
}
