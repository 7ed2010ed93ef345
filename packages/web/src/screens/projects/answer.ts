import type { Wan } from "../format.ts";

/** One group of an aggregate: how many projects, and what they cost together; null where none of them says. */
export interface Group {
  readonly count: number;
  readonly totalInvestment: { readonly sum: Wan | null };
}

/** A project's stage, as the schema names it. */
export type Stage =
  | "CONCEIVED"
  | "RESERVED"
  | "PREPARATORY"
  | "STARTED"
  | "UNDER_CONSTRUCTION"
  | "COMPLETED"
  | "IN_PRODUCTION"
  | "SUSPENDED"
  | "WITHDRAWN";

/** How many projects share a nature, batch, stage and start deadline (YYYY-MM-DD). */
export interface ProgressGroup {
  readonly key: {
    readonly nature: "NEW_START" | "CONTINUING";
    readonly batch: number | null;
    readonly stage: Stage;
    readonly startDeadline: string | null;
  };
  readonly count: number;
}

/** A project of the list of latest starts; dates read YYYY-MM-DD. */
export interface LatestStart {
  readonly code: string;
  readonly name: string;
  readonly actualStart: string | null;
  readonly totalInvestment: Wan | null;
  readonly township: { readonly name: string } | null;
}

/** The answer to projects.graphql. */
export interface ProjectsAnswer {
  readonly platform: {
    readonly demo: { readonly label: string } | null;
    readonly clock: { readonly now: string; readonly today: string; readonly demo: boolean };
  };
  readonly county: { readonly nodes: readonly { readonly name: string }[] };
  readonly townships: { readonly nodes: readonly { readonly code: string; readonly name: string }[] };
  readonly fields: { readonly nodes: readonly { readonly code: string; readonly label: string }[] };
  readonly whole: readonly Group[];
  readonly byProgress: readonly ProgressGroup[];
  readonly byField: readonly (Group & { readonly key: { readonly field: string | null } })[];
  readonly byTownship: readonly (Group & { readonly key: { readonly township: { readonly code: string } | null } })[];
  readonly latest: { readonly nodes: readonly LatestStart[] };
}

/** One event of started.graphql; a frame with `gap` says that events may be missing before it and may carry no project. */
export interface StartedEvent {
  readonly cursor: string;
  readonly at: string | null;
  readonly gap: boolean | null;
  readonly project: {
    readonly code: string;
    readonly name: string;
    readonly totalInvestment: Wan | null;
    readonly township: { readonly name: string } | null;
    readonly field: { readonly label: string } | null;
  } | null;
}
