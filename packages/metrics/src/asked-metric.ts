import type { DecimalText, Language, YearMonth } from "@xianmai/plugin-api";

import { namedKeys, type Among, type NamedKey } from "./dimension.ts";
import { decimalOf, difference, exact, relative, whole, type Fraction } from "./exact.ts";
import { measuresOf, type DimensionModel, type FormulaModel, type MeasureModel, type MetricModel } from "./metric-model.ts";
import { january, monthsGone, yearOf, type Window } from "./months.ts";
import { totalsOf, type Total } from "./totals.ts";
import type { Database } from "./tables.ts";

/** What one measure of a figure came to. */
export interface MeasuredTotal extends Total {
  readonly measure: MeasureModel;
}

/** What a formula came to in one window, or in one part of it. */
export interface Result {
  /** In the metric's unit, rounded once; null where there is nothing to divide by. */
  readonly value: DecimalText | null;
  /** Before it was divided and rounded. */
  readonly fraction: Fraction;
  readonly totals: readonly MeasuredTotal[];
}

/** A figure, and what it should have come to. */
export interface Figure extends Result {
  /** `undefined` where nothing says so. */
  readonly target: Result | undefined;
}

/** A figure of the rows with one value of a dimension. */
export interface Part extends Figure {
  readonly key: NamedKey;
}

/** How a figure differs from an earlier one. */
export interface Change {
  readonly difference: DecimalText | null;
  /** In %, at two decimals; null where the earlier one is zero or missing. */
  readonly rate: DecimalText | null;
}

/** A metric with what was asked of it: the month through which it counts, and which rows. */
export class AskedMetric {
  readonly model: MetricModel;
  readonly through: YearMonth;
  readonly among: readonly Among[];
  readonly language: Language;
  readonly db: () => Database;
  #current: Promise<Figure> | undefined;

  constructor(model: MetricModel, asked: Pick<AskedMetric, "through" | "among" | "language" | "db">) {
    this.model = model;
    this.through = asked.through;
    this.among = asked.among;
    this.language = asked.language;
    this.db = asked.db;
  }

  /** From January to the month asked for. */
  get window(): Window {
    return { from: january(this.through), through: this.through };
  }

  /** The figure itself; read once, however many fields show it. */
  async current(): Promise<Figure> {
    this.#current ??= this.figures([this.window]).then(([figure]) => figure ?? this.#figure(() => NOTHING, this.window));
    return this.#current;
  }

  /** The figure in several windows. */
  async figures(windows: readonly Window[]): Promise<readonly Figure[]> {
    const { model, among } = this;
    const found = new Map<MeasureModel, readonly Total[]>();
    for (const measure of this.#measures()) {
      const [group] = await totalsOf(this.db(), { metric: model, measure, windows, among });
      found.set(measure, group?.totals ?? []);
    }
    return windows.map((window, at) => this.#figure((measure) => found.get(measure)?.[at] ?? NOTHING, window));
  }

  /** The figure for each value of a dimension that has rows, also where only the target has some; their sums are those of the whole. */
  async parts(dimension: DimensionModel): Promise<readonly Part[]> {
    const { model, among, window } = this;
    const found = new Map<MeasureModel, ReadonlyMap<string | null, Total>>();
    for (const measure of this.#measures()) {
      const groups = await totalsOf(this.db(), { metric: model, measure, windows: [window], among, dimension });
      const counted = groups.flatMap(({ key = null, totals: [total] }) =>
        total === undefined || total.rows === 0 ? [] : [[key, total] as const],
      );
      found.set(measure, new Map(counted));
    }
    const keys = [...new Set([...found.values()].flatMap((byKey) => [...byKey.keys()]))];
    return (await namedKeys(this.db(), dimension, keys, this.language)).map((key) => ({
      key,
      ...this.#figure((measure) => key.of.map((one) => found.get(measure)?.get(one) ?? NOTHING).reduce(added), window),
    }));
  }

  /** Compares a figure with an earlier one: exactly, and rounded once. */
  change(now: Figure, before: Figure): Change {
    const { power, digits } = this.model;
    const more = difference(now.fraction, before.fraction);
    return { difference: decimalOf(more, power, digits), rate: decimalOf(relative(more, before.fraction), 2, 2) };
  }

  #measures(): readonly MeasureModel[] {
    const { formula, target } = this.model;
    return [...measuresOf(formula), ...(target === undefined ? [] : measuresOf(target))];
  }

  #figure(totalOf: (measure: MeasureModel) => Total, window: Window): Figure {
    const { formula, target } = this.model;
    return {
      ...this.#result(formula, totalOf, window),
      target: target === undefined ? undefined : this.#result(target, totalOf, window),
    };
  }

  #result(formula: FormulaModel, totalOf: (measure: MeasureModel) => Total, window: Window): Result {
    const totals = measuresOf(formula).map((measure) => ({ measure, ...totalOf(measure) }));
    const [over = NOTHING, under] = totals;
    const plain = under === undefined ? whole(over.sum) : { over: over.sum, under: under.sum };
    const fraction = formula.aheadOfTime ? ahead(plain, window) : plain;
    return { totals, fraction, value: decimalOf(fraction, this.model.power, this.model.digits) };
  }
}

/** How much of its target a figure has reached, in %, at two decimals; null where the target is zero or missing. */
export function reached({ fraction, target }: Figure): DecimalText | null {
  if (target === undefined) return null;
  const { over, under } = target.fraction;
  return decimalOf({ over: fraction.over.times(under), under: fraction.under.times(over) }, 2, 2);
}

const NOTHING: Total = { sum: exact("0"), rows: 0 };

function added(one: Total, other: Total): Total {
  return { sum: one.sum.plus(other.sum), rows: one.rows + other.rows };
}

/** A ratio less the part of the year that a window covers. */
function ahead({ over, under }: Fraction, { from, through }: Window): Fraction {
  const months = (yearOf(through) - yearOf(from)) * 12 + monthsGone(through) - monthsGone(from) + 1;
  const year = exact("12");
  return { over: over.times(year).minus(under.times(exact(String(months)))), under: under.times(year) };
}
