import type { Column, ColumnKind } from "../column.ts";
import type { DictionaryDeclaration } from "../choices.ts";
import type { Entity } from "../entity.ts";
import type { Field } from "../field.ts";
import type { FilesField } from "../files.ts";
import type { Described } from "../label.ts";
import type { Lifecycle } from "../lifecycle.ts";
import type { Plugin } from "../plugin.ts";
import type { People, UnitTree } from "../provides.ts";
import type { Rules } from "../rules.ts";
import type { WorkCalendar } from "../work-calendar.ts";
import type { ApiNames } from "./names.ts";

/** A column as every layer sees it: its name in GraphQL, in a row, in PostgreSQL. */
export interface ColumnModel {
  /** As declared, and the GraphQL field: `responsibleUnit`. */
  readonly name: string;
  /** The key in a row: `responsibleUnitId`. */
  readonly rowKey: string;
  /** The column in PostgreSQL: `responsible_unit_id`. */
  readonly column: string;
  readonly kind: ColumnKind;
  readonly sqlType: string;
  readonly required: boolean;
  readonly label: Described;
  readonly declared: Column;
  /** The entity that a reference, self or entry points at. */
  readonly target?: EntityModel;
  /** What a subject may be. */
  readonly subject?: SubjectModel;
  /** The values of a choice, the states of a stage. */
  readonly values?: readonly string[];
}

/** What a subject may be: the entities whose rows it points at, and the column beside it that names the one. */
export interface SubjectModel {
  readonly entities: readonly EntityModel[];
  readonly type: ColumnModel;
}

/** The rows of another entity that point here, as a list field. */
export interface InverseModel {
  /** The GraphQL field on the entity pointed at: `ownedBlockers`. */
  readonly name: string;
  /** The field of sums and groups beside it: `ownedBlockerAggregates`. */
  readonly aggregates: string;
  /** The entity of the list. */
  readonly entity: EntityModel;
  /** Its column that points here. */
  readonly column: ColumnModel;
  /** Of them only those in which this column has this value. */
  readonly only?: { readonly column: ColumnModel; readonly value: string } | undefined;
  /** What the list is called, where it is more than the rows that point here. */
  readonly label?: Described | undefined;
}

/** A field of files. Its list is one of the entity's inverses, of the same name. */
export interface FilesModel {
  readonly name: string;
  readonly label: Described;
  readonly declared: FilesField;
  readonly inverse: InverseModel;
}

/** An entity with everything resolved. */
export interface EntityModel {
  readonly name: string;
  readonly plugin: string;
  readonly entity: Entity;
  readonly label: Described;
  readonly table: string;
  readonly names: ApiNames;
  /** The declared columns in their order; `id` is not among them. */
  readonly columns: readonly ColumnModel[];
  readonly title: ColumnModel;
  /** The natural key; empty where none is declared. */
  readonly key: readonly ColumnModel[];
  readonly knownAs: readonly ColumnModel[];
  /** How lists sort unless asked: the head's order, else the natural key. `id` comes last of all, and is not in it. */
  readonly order: readonly ColumnModel[];
  readonly inverses: readonly InverseModel[];
  readonly files: readonly FilesModel[];
  readonly fields: readonly Field[];
  /** The stage column, where there is one. */
  readonly stage: { readonly column: ColumnModel; readonly lifecycle: Lifecycle; readonly rules: Rules | undefined } | undefined;
}

/** What the enabled plugins say together. Inert; safe to share between platforms. */
export interface Model {
  /** Sorted: a plugin stands after those that it depends on. */
  readonly plugins: readonly Plugin[];
  readonly entities: readonly EntityModel[];
  readonly units: { readonly entity: EntityModel; readonly tree: UnitTree } | undefined;
  readonly people: { readonly entity: EntityModel; readonly people: People } | undefined;
  readonly calendar: { readonly day: EntityModel; readonly schedule: EntityModel; readonly calendar: WorkCalendar } | undefined;
  readonly dictionaries:
    | { readonly dictionary: EntityModel; readonly entry: EntityModel; readonly declared: readonly DictionaryDeclaration[] }
    | undefined;
}

/** Finds an entity by name. @throws Error when the model has none: a mistake of the caller, not of a plugin's author */
export function entityOf(model: Model, name: string): EntityModel {
  const found = model.entities.find((entity) => entity.name === name);
  if (found === undefined) throw new Error(`The model has no entity ${name}.`);
  return found;
}

/** Finds a column by its declared name. @throws Error when there is none */
export function columnOf(entity: EntityModel, name: string): ColumnModel {
  const found = entity.columns.find((column) => column.name === name);
  if (found === undefined) throw new Error(`${entity.name} has no column ${name}.`);
  return found;
}
