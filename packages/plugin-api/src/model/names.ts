/** `ProgressReport` → `progress_report`, `responsibleUnit` → `responsible_unit`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter, at: number) => (at === 0 ? letter.toLowerCase() : `_${letter.toLowerCase()}`));
}

/** `ProgressReport` → `progressReport`. */
export function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

/** `start` → `Start`. */
export function upperFirst(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** `UNDER_CONSTRUCTION` → `UnderConstruction`. */
export function pascalCase(name: string): string {
  return name.toLowerCase().split("_").map(upperFirst).join("");
}

/** English plural by the house's rule: consonant + y: -ies; s, x, ch, sh: -es; else -s. */
export function pluralOf(name: string): string {
  if (/[^aeiou]y$/i.test(name)) return `${name.slice(0, -1)}ies`;
  if (/(s|x|ch|sh)$/i.test(name)) return `${name}es`;
  return `${name}s`;
}

/**
 * One of what an inverse names: undoes the plural of the entity where the name ends in it (`responsibleProjects` → `responsibleProject`), else
 * the house's rule (`companies` → `company`).
 */
export function singularOf(name: string, { one, many }: Pick<ApiNames, "one" | "many">): string {
  if (name === many) return one;
  if (name.endsWith(upperFirst(many))) return `${name.slice(0, -many.length)}${upperFirst(one)}`;
  if (/[^aeiou]ies$/i.test(name)) return `${name.slice(0, -3)}y`;
  if (/(s|x|ch|sh)es$/i.test(name)) return name.slice(0, -2);
  return /[^s]s$/i.test(name) ? name.slice(0, -1) : name;
}

/** The names in the API that belong to an entity. */
export interface ApiNames {
  readonly one: string;
  readonly many: string;
  readonly aggregates: string;
  /** The figures of its stages, where it has one. */
  readonly stages: string;
  readonly create: string;
  readonly update: string;
  readonly delete: string;
}

/** Derives an entity's names in the API from its type's name. */
export function apiNames(type: string, plural: string | undefined): ApiNames {
  const one = lowerFirst(type);
  return {
    one,
    many: plural ?? pluralOf(one),
    aggregates: `${one}Aggregates`,
    stages: `${one}Stages`,
    create: `create${type}`,
    update: `update${type}`,
    delete: `delete${type}`,
  };
}

/** The mutation of a step: `start` of `Project` is `startProject`. */
export function stepMutation(type: string, step: string): string {
  return `${step}${type}`;
}

/** The event of a step: what it says itself, else the entity and the state that it leads to: `projectStarted`. */
export function stepEvent(type: string, step: { readonly to: string; readonly event?: string }): string {
  return step.event ?? `${lowerFirst(type)}${pascalCase(step.to)}`;
}

/** The value of a step in GraphQL: `moveOn` is `MOVE_ON`. */
export function stepValue(step: string): string {
  return step.replace(/[A-Z]/g, "_$&").toUpperCase();
}

/** What the API shows of the stages of a row, beside its columns. */
export const STAGE_FIELDS: readonly string[] = [
  "availableSteps",
  "stageHistory",
  "stageSince",
  "stageDue",
  "stageWarning",
  "isDueSoon",
  "isOverdue",
];

/** The enum of an entity's steps: `ProjectStep`, whose values are `START`, `MOVE_ON`. */
export function stepEnum(type: string): string {
  return `${type}Step`;
}
