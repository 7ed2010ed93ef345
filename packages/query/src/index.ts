export { createExecutor, type Executor, type ExecutorParts, type OperationRequest } from "./executor.ts";
export {
  mutationField,
  rowMutationField,
  type MutationBody,
  type Outcome,
  type RowMutation,
  type RunningMutation,
} from "./mutate/mutation-field.ts";
export { mutationFields } from "./mutate/mutation-fields.ts";
export { type Change, type ManagedRow, type MutationWork } from "./mutate/mutation-work.ts";
export { subjectRow, type SubjectRow } from "./mutate/subject-value.ts";
export { permissionDenied } from "./mutate/problems.ts";
export { lockedRow, VERSION_FIELD } from "./mutate/locked-row.ts";
export { createOrm, type Orm, type OrmOptions } from "./mutate/orm.ts";
export { InputError } from "./plan/input-error.ts";
export { rowsThat, type FindingStatement } from "./plan/rows-that.ts";
export { versionsThat } from "./plan/versions.ts";
export { type BatchObservation } from "./run/engine.ts";
export { type ReadSet } from "./reads/read-set.ts";
export { type QueryOutcome } from "./run/run-query.ts";
export { type RequestContext } from "./run/request.ts";
export { kyselyOver } from "./run/kysely.ts";
export { momentIn } from "./run/resolver-scope.ts";
export { isWritable } from "./run/load-added.ts";
export { withinTransaction, type TransactionTools } from "./run/within-transaction.ts";
export { RawData, resultBytes, resultText, type RawResult } from "./run/result.ts";
export { createEntityTypes, type EntityTypeOptions, type EntityTypes, type EntityTypeSet } from "./schema/entity-types.ts";
export { entityShownBy, looksAtAll, meaningOf, pluginOf } from "./schema/meaning.ts";
export { globalId, parseGlobalId, type GlobalId } from "./schema/global-id.ts";
export { byFieldName } from "./schema/response-key.ts";
export { rowField, type RowField } from "./schema/row-field.ts";
export { queryFields } from "./schema/roots.ts";
export { type Scalars } from "./schema/scalars.ts";
