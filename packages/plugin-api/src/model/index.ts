export { retirementOf } from "./dictionaries.ts";
export { buildModel } from "./build.ts";
export { isPointer, SQL_TYPES } from "./kinds.ts";
export {
  columnOf,
  entityOf,
  type ColumnModel,
  type EntityModel,
  type FilesModel,
  type InverseModel,
  type Model,
  type SubjectModel,
} from "./model.ts";
export {
  apiNames,
  lowerFirst,
  pascalCase,
  pluralOf,
  snakeCase,
  STAGE_FIELDS,
  stepEnum,
  stepEvent,
  stepMutation,
  stepValue,
  upperFirst,
  type ApiNames,
} from "./names.ts";
