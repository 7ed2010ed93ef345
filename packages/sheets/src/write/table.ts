/** How the cells of a column are written, aligned and shown. */
export type CellFormat = "text" | "word" | "integer" | "decimal" | "percent" | "date" | "month" | "moment";

/**
 * One cell as it is handed over: `null` for nothing, else a text in the form of its column's format: decimals without separators, percentages in
 * percent, `YYYY-MM-DD`, `YYYY-MM`, and for a moment what the county's clocks show, `YYYY-MM-DDTHH:MM:SS.mmm`.
 */
export type WrittenCell = string | null;

/** One row of cells, one for each column. */
export type WrittenCells = readonly WrittenCell[];

/** A column of a table that is written. */
export interface WrittenColumn {
  /** Its header, from the outermost group down to its own; groups that are the same beside each other become one merged cell. */
  readonly header: readonly string[];
  readonly format: CellFormat;
  /** Whether the row of totals sums it. */
  readonly total: boolean;
}

/** A table to be written, without its rows. */
export interface TableFrame {
  /** What the worksheet is called; cut and cleaned to what Excel takes. */
  readonly name: string;
  /** The line above everything. */
  readonly title: string;
  /** What stands below the title, on the left: the cut-off. */
  readonly info: string;
  /** What stands below the title, on the right: 单位：万元. */
  readonly unit: string | undefined;
  /** Further lines below it, such as that data is invented. */
  readonly remarks: readonly string[];
  readonly columns: readonly WrittenColumn[];
  /** The row of totals; none where absent, or where no column is summed. */
  readonly totals?: Totals;
  /** How the number of a page reads at its foot, `&P` of `&N`. */
  readonly pages: string;
}

/** What the row of totals is. */
export interface Totals {
  /** 合计 */
  readonly label: string;
  /** Parts of what stands in the table themselves, which are not counted twice. */
  readonly parts?: {
    /** The column that says of what a row is a part. */
    readonly column: number;
    /** What the row is called where there are such rows. */
    readonly label: string;
  };
}
