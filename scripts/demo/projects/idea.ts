/** What a project is, before the year's plan decides when it starts. */
export interface Idea {
  /** The dictionary's term. */
  readonly field: string;
  readonly name: string;
  readonly township: string;
  /** The responsible unit by its short name. */
  readonly unit: string;
  /** The enterprise that builds it; none where a unit of the government does. */
  readonly owner: string | undefined;
  /** Total investment in 万元, as text: up to two decimals. */
  readonly wan: string;
  readonly content: string;
}

/** One line of a list of ideas; `""` as owner means none. */
export type Line = readonly [name: string, township: string, unit: string, owner: string, wan: string, content: string];

/** Reads lines that share a field. */
export function inField(field: string, lines: readonly Line[]): readonly Idea[] {
  return lines.map(([name, township, unit, owner, wan, content]) => ({
    field,
    name,
    township,
    unit,
    owner: owner === "" ? undefined : owner,
    wan,
    content,
  }));
}
