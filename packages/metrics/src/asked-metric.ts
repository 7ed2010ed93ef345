import type { DecimalText, Language, YearMonth } from "@xianmai/plugin-api";

import { namedKeys, type Among, type NamedKey } from "./dimension.ts";
import { decimalOf, difference, exact, relative, whole, type Exact, type Fraction } from "./exact.ts";
import { measuresOf, type DimensionModel, type MeasureModel, type MetricModel } from "./metric-model.ts";
import { january, monthsGone, yearOf, type Window } from "./months.ts";
import { totalsOf, type Total } from "./totals.ts";
import type { Database } from "./tables.ts";

/** What one measure of a figure came to. */
export interface MeasuredTotal extends Total {
  readonly measure: MeasureModel;
}

/** A figure in one window, or in one part of it. */
export interface Figure {
  /** In the metric's unit, rounded once; null where there is nothing to divide by. */
  readonly value: DecimalText | null;
  /** Before it was divided and rounded. */
  readonly fraction: Fraction;
  readonly totals: readonly MeasuredTotal[];
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
    this.#current ??= this.figures([this.window]).then(([figure]) => figure ?? this.#figure([], this.window));
    return this.#current;
  }

  /** The figure in several windows. */
  async figures(windows: readonly Window[]): Promise<readonly Figure[]> {
    const { model, among } = this;
    const found: MeasuredTotal[][] = windows.map(() => []);
    for (const measure of measuresOf(model)) {
      const [group] = await totalsOf(this.db(), { metric: model, measure, windows, among });
      for (const [at, totals] of found.entries()) totals.push({ measure, ...(group?.totals[at] ?? NOTHING) });
    }
    return windows.map((window, at) => this.#figure(found[at] ?? [], window));
  }

  /** The figure for each value of a dimension that has rows; their sums are those of the whole. */
  async parts(dimension: DimensionModel): Promise<readonly Part[]> {
    const { model, among, window } = this;
    const measured: { readonly measure: MeasureModel; readonly byKey: ReadonlyMap<string | null, Total> }[] = [];
    for (const measure of measuresOf(model)) {
      const groups = await totalsOf(this.db(), { metric: model, measure, windows: [window], among, dimension });
      const counted = groups.flatMap(({ key = null, totals: [total] }) =>
        total === undefined || total.rows === 0 ? [] : [[key, total] as const],
      );
      measured.push({ measure, byKey: new Map(counted) });
    }
    const keys = [...new Set(measured.flatMap(({ byKey }) => [...byKey.keys()]))];
    return (await namedKeys(this.db(), dimension, keys, this.language)).map((key) => {
      const totals = measured.map(({ measure, byKey }) => ({ measure, ...key.of.map((one) => byKey.get(one) ?? NOTHING).reduce(added) }));
      return { key, ...this.#figure(totals, window) };
    });
  }

  /** Compares a figure with an earlier one: exactly, and rounded once. */
  change(now: Figure, before: Figure): Change {
    const { power, digits } = this.model;
    const more = difference(now.fraction, before.fraction);
    return { difference: decimalOf(more, power, digits), rate: decimalOf(relative(more, before.fraction), 2, 2) };
  }

  #figure(totals: readonly MeasuredTotal[], window: Window): Figure {
    const { model } = this;
    const [over = NOTHING, under] = totals;
    const fraction = under === undefined ? whole(over.sum) : { over: over.sum, under: under.sum };
    const shown = model.aheadOfTime ? ahead(fraction, window) : fraction;
    return { totals, fraction: shown, value: decimalOf(shown, model.power, model.digits) };
  }
}

const NOTHING: Total = { sum: exact("0"), rows: 0 };

function added(one: Total, other: Total): Total {
  return { sum: one.sum.plus(other.sum), rows: one.rows + other.rows };
}

/** A ratio less the part of the year that a window covers. */
function ahead({ over, under }: Fraction, { from, through }: Window): Fraction {
  const months = (yearOf(through) - yearOf(from)) * 12 + monthsGone(through) - monthsGone(from) + 1;
  const year: Exact = exact("12");
  return { over: over.times(year).minus(under.times(exact(String(months)))), under: under.times(year) };
}
