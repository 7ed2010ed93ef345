import { DOCUMENTS, TITLES, type DocumentName } from "./documents.ts";
import type { ContenderName, Figure, Round } from "./measure.ts";

/** The rounds of every document at one size. */
export type Measured = Readonly<Record<DocumentName, readonly Round[]>>;

/** Ours beside one statement by hand, at least. */
const BESIDE_HAND: Readonly<Record<DocumentName, number>> = { list: 1, aggregates: 0.7, key: 0.6 };

/** The middle value; of an even number the upper of the two. */
function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

const digits = (value: number): string => value.toFixed(2);

/** The median of what the rounds say, with the least and the most. */
function ratio(rounds: readonly Round[], of: (round: Round) => number): string {
  const ratios = rounds.map(of);
  return `${digits(median(ratios))} (${digits(Math.min(...ratios))}–${digits(Math.max(...ratios))})`;
}

const rates = (rounds: readonly Round[], name: ContenderName): number => median(rounds.map((round) => round[name].rate));
const cpus = (rounds: readonly Round[], name: ContenderName): number => median(rounds.map((round) => round[name].cpu));
const over = (measure: keyof Figure, one: ContenderName, other: ContenderName) => (round: Round) =>
  round[one][measure] / round[other][measure];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** Requests in a second beside PostGraphile and a statement by hand, and Node's CPU for each request. */
export function readsTable(measured: Measured): string {
  const rows = DOCUMENTS.map((document) => {
    const rounds = measured[document];
    const rate = (name: ContenderName): string => rates(rounds, name).toFixed(0);
    return [
      TITLES[document],
      rate("everyUnit"),
      rate("postgraphile"),
      rate("byHand"),
      ratio(rounds, over("rate", "everyUnit", "postgraphile")),
      ratio(rounds, over("rate", "everyUnit", "byHand")),
      `≥ ${BESIDE_HAND[document].toFixed(1)}`,
      `${digits(cpus(rounds, "everyUnit"))}/${digits(cpus(rounds, "postgraphile"))} ms`,
      ratio(rounds, over("cpu", "everyUnit", "postgraphile")),
    ];
  });
  const mean = Math.exp(
    DOCUMENTS.reduce((sum, document) => sum + Math.log(median(measured[document].map(over("rate", "everyUnit", "postgraphile")))), 0) /
      DOCUMENTS.length,
  );
  const head = [
    "requests/s",
    "ours",
    "PostGraphile",
    "by hand",
    "ours/PostGraphile",
    "ours/by hand",
    "target",
    "Node CPU",
    "of PostGraphile's",
  ];
  return `${table(head, rows)}\n\nours/PostGraphile: ${digits(mean)} in the geometric mean (≥ 2.0, none below 1.6); Node CPU ≤ 0.33`;
}

/** What a viewer's rights cost: others beside one who sees everything, row by row. */
export function viewersTable(measured: Measured): string {
  const rows = DOCUMENTS.map((document) => {
    const rounds = measured[document];
    const beside = (name: ContenderName): string => ratio(rounds, over("rate", name, "everyUnit"));
    return [TITLES[document], rates(rounds, "everyUnit").toFixed(0), beside("county"), beside("someUnits")];
  });
  return table(["requests/s", "every unit", "county/every unit", "six units/every unit"], rows);
}

/** Whether what shows a page keeps its cost: requests in a second at the larger size as a part of those at the smaller. */
export function sizesTable(small: Measured, large: Measured): string {
  const rows = DOCUMENTS.map((document) => [
    TITLES[document],
    ...(["everyUnit", "someUnits", "postgraphile", "byHand"] as const).map((name) =>
      digits(rates(large[document], name) / rates(small[document], name)),
    ),
  ]);
  return table(["requests/s, larger/smaller", "ours", "ours, six units", "PostGraphile", "by hand"], rows);
}
