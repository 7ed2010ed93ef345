export { bilingual, type Described, type Label, type Language } from "./label.ts";
export {
  calendarDate,
  instant,
  isUuid,
  yearMonth,
  type CalendarDate,
  type DecimalText,
  type Id,
  type Instant,
  type Money,
  type YearMonth,
} from "./values.ts";
export { Decimal, decimalText, moneyFromWan, wanFromMoney } from "./money.ts";
export { choices, dictionary, type Choice, type Choices, type DictionaryDeclaration } from "./choices.ts";
export { lifecycle, type Lifecycle, type State, type StateDeclaration, type StepDeclaration } from "./lifecycle.ts";
export {
  column,
  type Column,
  type ColumnKind,
  type ColumnOptions,
  type EntityReference,
  type OwnId,
  type ReferenceOptions,
  type TextOptions,
  type TextPattern,
} from "./column.ts";
export { FILE_KINDS, type FileKind, type FilesField, type FilesOptions } from "./files.ts";
export {
  entity,
  type Columns,
  type ColumnsIn,
  type Declarations,
  type Entity,
  type EntityClass,
  type EntityDefinition,
  type EntityHead,
  type Row,
  type RowOf,
  type Scope,
} from "./entity.ts";
export { rules, type Guard, type Rules } from "./rules.ts";
export { field, type Field } from "./field.ts";
export {
  metric,
  type Formula,
  type Measure,
  type MeasureOptions,
  type MeasurePeriod,
  type Metric,
  type MetricDeclaration,
  type MetricDimension,
  type MetricLists,
  type MetricTools,
  type MetricUnit,
  type Ratio,
  type RowFilter,
} from "./metric.ts";
export {
  alert,
  type Alert,
  type AlertConcern,
  type AlertCondition,
  type AlertDays,
  type AlertDeclaration,
  type AlertLists,
  type AlertSeverity,
  type AlertWhen,
  type ListCondition,
} from "./alert.ts";
export { sheet, type Sheet, type SheetColumn } from "./sheet.ts";
export {
  dictionaries,
  fileRows,
  people,
  unitTree,
  type Dictionaries,
  type FileRows,
  type People,
  type Provides,
  type UnitTree,
} from "./provides.ts";
export { countedClock, LONGEST_LIMIT, type ClockExtension, type CountedClock, type StageClock, type TimeUnit } from "./stage-clock.ts";
export {
  workCalendar,
  type CalendarDayColumns,
  type DayKind,
  type OfficeScheduleColumns,
  type PublishedDay,
  type WorkCalendar,
} from "./work-calendar.ts";
export { migration, type ColumnShape, type Migration, type TableShape, type TableShapes } from "./migration.ts";
export { type Enqueue, type Enqueueable, type EnqueueOptions } from "./enqueue.ts";
export {
  job,
  LONGEST_JOB,
  type Job,
  type JobContext,
  type JobDeclaration,
  type JobLog,
  type JobTransaction,
  type Transact,
} from "./job.ts";
export {
  channel,
  type Addressee,
  type Channel,
  type ChannelContext,
  type ChannelDeclaration,
  type Message,
  type SettingsSchema,
} from "./channel.ts";
export { type Context, type ReadContext, type Tables } from "./context.ts";
export { clockOf, fixedClock, systemClock, type Clock } from "./clock.ts";
export { countyViewer, ROLES, viewerOf, type Role, type Viewer, type ViewerPart } from "./viewer.ts";
export { Refusal, type Problem } from "./refusal.ts";
export { definePlugin, type Demo, type DemoSheet, type Permission, type Plugin, type PluginDeclaration, type Screen } from "./plugin.ts";
