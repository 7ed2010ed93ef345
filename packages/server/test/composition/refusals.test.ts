import {
  channel,
  choices,
  column,
  dictionary,
  entity,
  field,
  job,
  Refusal,
  rules,
  type Channel,
  type Entity,
  type Job,
  type JobDeclaration,
  type Lifecycle,
  type Plugin,
  type StageClock,
  type StateDeclaration,
} from "@xianmai/plugin-api";
import { expect, test } from "vitest";

import { compose } from "../../src/composition/compose.ts";
import { cycle, dictionaryKeeper, plugin, step, thing, units, words } from "../support/declare.ts";

interface Case {
  readonly code: string;
  readonly plugins: readonly Plugin[];
  /** What both languages must name: the culprits, and what they want. */
  readonly names: readonly string[];
  /** What the remedy must say, in English. */
  readonly remedy: RegExp;
}

const { Unit, plugin: unitPlugin } = units();
const onUnits = { dependsOn: { units: "^1.0.0" } };
const Stray = thing("Stray");
const Staff = thing("Official");
const staged = (lifecycle: ReturnType<typeof cycle>, columns: Record<string, unknown> = {}): Plugin =>
  plugin("leads", { entities: [thing("Lead", { stage: column.stage(lifecycle), ...columns })] });
const calendarKeeper = plugin("calendar", { entities: [Staff], provides: { calendar: { day: Staff, schedule: Staff, published: [] } } });
/** Leads with a clock on a state of two, of which the second is an end. */
function clocked(state: string, clock: StageClock): Plugin {
  const { states, ...rest } = cycle("LeadStage", ["A", "B"], { go: step("A", "B") });
  return staged({ ...rest, states: { ...states, [state]: { ...states[state]!, clock } } });
}
/** A lifecycle of three states, with what the second says of clocks. */
function pausing(second: Partial<StateDeclaration>): Lifecycle {
  const { states, ...rest } = cycle("LeadStage", ["A", "B", "C"], { go: step("A", "B"), end: step("B", "C") });
  return { ...rest, states: { ...states, B: { ...states["B"]!, ...second } } };
}

const doing = (name: string, declared: Partial<JobDeclaration> = {}): Job =>
  job(name, { ...words, ...declared }, async () => undefined) as Job;
const telling = (name: string): Channel => channel(name, { ...words, settings: { parse: (given) => given } }, async () => undefined);

const cases: Readonly<Record<string, Case>> = {
  "two plugins of one name": {
    code: "PLUGIN_TAKEN",
    plugins: [plugin("leads", { version: "1.2.0" }), plugin("leads", { version: "2.0.0" })],
    names: ["leads", "1.2.0", "2.0.0"],
    remedy: /only one/,
  },
  "one plugin listed twice": { code: "PLUGIN_TAKEN", plugins: [unitPlugin, unitPlugin], names: ["units"], remedy: /once/ },
  "a version that is none": {
    code: "VERSION_INVALID",
    plugins: [plugin("leads", { version: "first" })],
    names: ["leads", "first"],
    remedy: /1\.0\.0/,
  },
  "a version range that is none": {
    code: "VERSION_INVALID",
    plugins: [unitPlugin, plugin("leads", { dependsOn: { units: "newest!" } })],
    names: ["leads", "units", "newest!"],
    remedy: /\^1\.0\.0/,
  },
  "a dependency that is not enabled": {
    code: "DEPENDENCY_MISSING",
    plugins: [plugin("leads", { dependsOn: { units: "^1.0.0" } })],
    names: ["leads", "units", "^1.0.0"],
    remedy: /Add units to plugins/,
  },
  "a dependency whose version does not fit": {
    code: "DEPENDENCY_VERSION",
    plugins: [unitPlugin, plugin("leads", { dependsOn: { units: "^2.1.0" } })],
    names: ["leads", "units", "^2.1.0", "1.0.0"],
    remedy: /fits \^2\.1\.0/,
  },
  "plugins that depend on each other": {
    code: "DEPENDENCY_CYCLE",
    plugins: [plugin("a", { dependsOn: { b: "*" } }), plugin("b", { dependsOn: { c: "*" } }), plugin("c", { dependsOn: { b: "*" } })],
    names: ["b → c → b"],
    remedy: /Cut one/,
  },
  "a dependency that is used but not named": {
    code: "DEPENDENCY_UNDECLARED",
    plugins: [unitPlugin, plugin("leads", { entities: [thing("Lead", { unit: column.reference(() => Unit, words) })] })],
    names: ["leads", "Lead.unit", "units", "Unit"],
    remedy: /units: "\^1\.0\.0"/,
  },
  "two entities that want one type": {
    code: "TYPE_TAKEN",
    plugins: [
      plugin("leads", { entities: [thing("Lead", {}, { plural: "leads" })] }),
      plugin("sales", { entities: [choiceNamed("Lead")] }),
    ],
    names: ["leads", "sales", "Lead"],
    remedy: /Rename one/,
  },
  "two entities that want one table": {
    code: "TABLE_TAKEN",
    plugins: [plugin("leads", { entities: [thing("Lead")] }), plugin("sales", { entities: [thing("Lead")] })],
    names: ["leads", "sales", "lead"],
    remedy: /leads and sales/,
  },
  "two entities that want one list": {
    code: "ROOT_FIELD_TAKEN",
    plugins: [plugin("leads", { entities: [thing("Lead")] }), plugin("sales", { entities: [thing("Prospect", {}, { plural: "leads" })] })],
    names: ["leads", "sales", "Lead", "Prospect"],
    remedy: /Rename one/,
  },
  "an entity whose list is called like the figures of another's stages": {
    code: "ROOT_FIELD_TAKEN",
    plugins: [
      staged(cycle("LeadState", ["OPEN", "DONE"], { finish: step("OPEN", "DONE") })),
      plugin("sales", { entities: [thing("Prospect", {}, { plural: "leadStages" })] }),
    ],
    names: ["leads", "sales", "Lead", "Prospect"],
    remedy: /Rename one/,
  },
  "an entity whose list hides the platform's own field": {
    code: "ROOT_FIELD_TAKEN",
    plugins: [plugin("leads", { entities: [thing("Platform")] })],
    names: ["leads", "Platform", "platform"],
    remedy: /platform keeps that name/,
  },
  "a step whose mutation is the update of its entity": {
    code: "ROOT_FIELD_TAKEN",
    plugins: [
      plugin("leads", {
        permissions: { "lead.edit": { ...words, roles: [] } },
        entities: [
          thing(
            "Lead",
            { stage: column.stage(cycle("LeadStage", ["OPEN", "DONE"], { update: step("OPEN", "DONE") })) },
            { update: "lead.edit" },
          ),
        ],
      }),
    ],
    names: ["leads", "updateLead", "update"],
    remedy: /Rename one of them/,
  },
  "two columns that are one in the database": {
    code: "COLUMN_TAKEN",
    plugins: [
      unitPlugin,
      plugin("leads", {
        ...onUnits,
        entities: [thing("Lead", { owner: column.reference(() => Unit, words), ownerId: column.text(words) })],
      }),
    ],
    names: ["leads", "Lead.owner", "Lead.ownerId", "lead.owner_id"],
    remedy: /Rename one/,
  },
  "a column of the platform's own name": {
    code: "COLUMN_TAKEN",
    plugins: [plugin("leads", { entities: [thing("Lead", { id: column.text(words) })] })],
    names: ["leads", "Lead.id"],
    remedy: /platform keeps/,
  },
  "two permissions of one name": {
    code: "PERMISSION_TAKEN",
    plugins: [
      plugin("leads", { permissions: { "lead.edit": { ...words, roles: [] } } }),
      plugin("sales", { permissions: { "lead.edit": { ...words, roles: [] } } }),
    ],
    names: ["leads", "sales", "lead.edit"],
    remedy: /Rename one/,
  },
  "two screens at one address": {
    code: "SCREEN_TAKEN",
    plugins: [
      plugin("leads", { screens: [{ ...words, name: "overview" }] }),
      plugin("sales", { screens: [{ ...words, name: "overview" }] }),
    ],
    names: ["leads", "sales", "/screens/overview"],
    remedy: /Rename one/,
  },
  "two sheets of one name": {
    code: "SHEET_TAKEN",
    plugins: [plugin("leads", sheetOver(thing("Lead"))), plugin("sales", sheetOver(thing("Prospect")))],
    names: ["leads", "sales", "table"],
    remedy: /Rename one/,
  },
  "two dictionaries of one code": {
    code: "DICTIONARY_TAKEN",
    plugins: [
      dictionaryKeeper(),
      plugin("leads", { dictionaries: [dictionary("lead-source", words, {})] }),
      plugin("sales", { dictionaries: [dictionary("lead-source", words, {})] }),
    ],
    names: ["leads", "sales", "lead-source"],
    remedy: /Rename one/,
  },
  "two plugins that declare one job": {
    code: "JOB_TAKEN",
    plugins: [plugin("leads", { jobs: [doing("leads.nightly")] }), plugin("leads-more", { jobs: [doing("leads.nightly")] })],
    names: ["leads", "leads-more", "leads.nightly"],
    remedy: /Rename one/,
  },
  "a job that is called like one of the platform's": {
    code: "JOB_TAKEN",
    plugins: [plugin("channels", { jobs: [doing("channels.deliver")] })],
    names: ["channels", "channels.deliver"],
    remedy: /The platform keeps/,
  },
  "a job that is not named after its plugin": {
    code: "JOB_INVALID",
    plugins: [plugin("leads", { jobs: [doing("sales.nightly")] })],
    names: ["leads", "sales.nightly"],
    remedy: /leads\.nightly/,
  },
  "a schedule that cannot be read": {
    code: "JOB_INVALID",
    plugins: [plugin("leads", { jobs: [doing("leads.nightly", { schedule: "三点" })] })],
    names: ["leads", "leads.nightly", "三点"],
    remedy: /0 3 \* \* \*/,
  },
  "a schedule whose time never comes": {
    code: "JOB_INVALID",
    plugins: [plugin("leads", { jobs: [doing("leads.nightly", { schedule: "0 0 30 2 *" })] })],
    names: ["leads", "leads.nightly", "0 0 30 2 *"],
    remedy: /minute, hour/,
  },
  "a job that may never be begun": {
    code: "JOB_INVALID",
    plugins: [plugin("leads", { jobs: [doing("leads.nightly", { attempts: 0 })] })],
    names: ["leads", "leads.nightly", "attempts"],
    remedy: /from 1 to 25/,
  },
  "a job that may take a day": {
    code: "JOB_INVALID",
    plugins: [plugin("leads", { jobs: [doing("leads.nightly", { minutes: 1440 })] })],
    names: ["leads", "leads.nightly", "1440"],
    remedy: /from 1 to 180/,
  },
  "two plugins that declare one channel": {
    code: "CHANNEL_TAKEN",
    plugins: [plugin("leads", { channels: [telling("sms")] }), plugin("sales", { channels: [telling("sms")] })],
    names: ["leads", "sales", "sms"],
    remedy: /Rename one/,
  },
  "a dictionary where nobody provides dictionaries": {
    code: "PROVIDER_MISSING",
    plugins: [plugin("leads", { dictionaries: [dictionary("lead-source", words, {})] })],
    names: ["leads", "lead-source"],
    remedy: /Enable a plugin/,
  },
  "an entry of a dictionary that nobody declares": {
    code: "DICTIONARY_MISSING",
    plugins: [
      dictionaryKeeper(),
      plugin("leads", { entities: [thing("Lead", { source: column.entry(dictionary("lead-source", words, {}), words) })] }),
    ],
    names: ["leads", "Lead.source", "lead-source"],
    remedy: /dictionaries of leads/,
  },
  "one entity that two plugins declare": {
    code: "TABLE_TAKEN",
    plugins: [plugin("leads", { entities: [Stray] }), plugin("sales", { entities: [Stray] })],
    names: ["leads", "sales", "Stray"],
    remedy: /Rename one/,
  },
  "an entity whose list is called like its row": {
    code: "ROOT_FIELD_TAKEN",
    plugins: [plugin("leads", { entities: [thing("Sheep", {}, { plural: "sheep" })] })],
    names: ["leads", "Sheep", "sheep"],
    remedy: /Rename/,
  },
  "a plugin of the platform's own name": {
    code: "NAME_RESERVED",
    plugins: [plugin("schema")],
    names: ["schema"],
    remedy: /Rename the plugin/,
  },
  "a column of a name that filters need": {
    code: "COLUMN_NAME_RESERVED",
    plugins: [plugin("leads", { entities: [thing("Lead", { not: column.text(words) })] })],
    names: ["leads", "Lead.not"],
    remedy: /Rename/,
  },
  "two problems of one code": {
    code: "PROBLEM_TAKEN",
    plugins: [plugin("leads", { problems: { TOO_LATE: words } }), plugin("sales", { problems: { TOO_LATE: words } })],
    names: ["leads", "sales", "TOO_LATE"],
    remedy: /Rename one/,
  },
  "two references that want one inverse": {
    code: "FIELD_TAKEN",
    plugins: [
      unitPlugin,
      plugin("leads", { ...onUnits, entities: [thing("Lead", { unit: column.reference(() => Unit, { ...words, inverse: "owned" }) })] }),
      plugin("sales", { ...onUnits, entities: [thing("Sale", { unit: column.reference(() => Unit, { ...words, inverse: "owned" }) })] }),
    ],
    names: ["leads", "sales", "Unit", "owned"],
    remedy: /Rename one/,
  },
  "two plugins that add one field": {
    code: "FIELD_TAKEN",
    plugins: [unitPlugin, plugin("leads", { ...onUnits, fields: [sizeOf(Unit)] }), plugin("sales", { ...onUnits, fields: [sizeOf(Unit)] })],
    names: ["leads", "sales", "Unit", "size"],
    remedy: /Rename one/,
  },
  "an added field that requires a column that is not there": {
    code: "COLUMN_UNKNOWN",
    plugins: [unitPlugin, plugin("leads", { ...onUnits, fields: [sizeOf(Unit, ["area"])] })],
    names: ["leads", "Unit", "size", "area"],
    remedy: /requires/,
  },
  "a reference to an entity that nobody declares": {
    code: "REFERENCE_TARGET_MISSING",
    plugins: [plugin("leads", { entities: [thing("Lead", { unit: column.reference(() => Unit, words) })] })],
    names: ["leads", "Lead.unit", "Unit"],
    remedy: /Enable the plugin that declares Unit/,
  },
  "two that provide the tree of units": {
    code: "PROVIDER_TAKEN",
    plugins: [
      unitPlugin,
      plugin("others", { entities: [thing("Office")], provides: { units: { entity: thing("Office"), parent: "parent", code: "code" } } }),
    ],
    names: ["units", "others", "provides.units"],
    remedy: /only one/,
  },
  "two that provide the people": {
    code: "PROVIDER_TAKEN",
    plugins: ["staff", "others"].map((name) =>
      plugin(name, { entities: [Staff], provides: { people: { entity: Staff as never, code: "code" } } }),
    ),
    names: ["staff", "others", "provides.people"],
    remedy: /only one/,
  },
  "a provider whose entity is not its own": {
    code: "PROVIDER_FOREIGN",
    plugins: [plugin("others", { provides: { units: { entity: Stray, parent: "parent", code: "code" } } })],
    names: ["others", "Stray"],
    remedy: /entities of others/,
  },
  "a scope where nobody provides units": {
    code: "PROVIDER_MISSING",
    plugins: [plugin("leads", { entities: [Stray, thing("Lead", { owner: column.reference(() => Stray, words) }, { scope: "owner" })] })],
    names: ["leads", "Lead", "owner"],
    remedy: /provides units/,
  },
  "a dictionary entry where nobody provides dictionaries": {
    code: "PROVIDER_MISSING",
    plugins: [plugin("leads", { entities: [thing("Lead", { source: column.entry(dictionary("lead-source", words, {}), words) })] })],
    names: ["leads", "Lead.source"],
    remedy: /provides them/,
  },
  "a clock where nobody provides the work calendar": {
    code: "PROVIDER_MISSING",
    plugins: [clocked("A", { workingDays: 2 })],
    names: ["leads", "LeadStage", "A"],
    remedy: /provides it/,
  },
  ...Object.fromEntries(
    [
      {},
      { days: 1, hours: 2 },
      { workingDays: 0 },
      { workingDays: 1.5 },
      { hours: -1 },
      { days: 4000 },
      { days: 2, warn: 2 },
      { days: 2, warn: 0 },
      { days: 2, escalate: [0] },
      { days: 2, escalate: [3, 3] },
      { hours: 2, escalate: [1.5] },
      { days: 2, escalate: [3649] },
      { days: 2, extend: { most: 0, ask: "a", approve: "b" } },
      { days: 2, escalate: [1000], extend: { most: 2649, ask: "a", approve: "b" } },
    ].map((clock) => [
      `a clock that is none: ${JSON.stringify(clock)}`,
      {
        code: "CLOCK_INVALID",
        plugins: [clocked("A", clock as StageClock)],
        names: ["leads", "LeadStage", "A", JSON.stringify(clock)],
        remedy: /workingDays: 10, warn: 2, escalate/,
      },
    ]),
  ),
  "a clock that can be made longer under a permission that nobody declares": {
    code: "PERMISSION_UNKNOWN",
    plugins: [calendarKeeper, clocked("A", { days: 2, extend: { most: 1, ask: "lead.ask", approve: "lead.ask" } })],
    names: ["leads", "LeadStage", "A", "extend.ask", "lead.ask"],
    remedy: /Declare lead\.ask/,
  },
  "a clock that can be made longer where nobody provides people": {
    code: "PROVIDER_MISSING",
    plugins: [
      calendarKeeper,
      {
        ...clocked("A", { days: 2, extend: { most: 1, ask: "lead.ask", approve: "lead.ask" } }),
        permissions: { "lead.ask": { ...words, roles: [] } },
      },
    ],
    names: ["leads", "LeadStage", "A"],
    remedy: /provides them/,
  },
  "a clock at an end": {
    code: "CLOCK_INVALID",
    plugins: [clocked("B", { workingDays: 2 })],
    names: ["leads", "LeadStage", "B"],
    remedy: /clock, or end/,
  },
  "a state that pauses clocks and is reached from none": {
    code: "CLOCK_INVALID",
    plugins: [staged(pausing({ pauses: true }))],
    names: ["leads", "LeadStage", "B"],
    remedy: /Take out pauses/,
  },
  "a state that pauses clocks and has one": {
    code: "CLOCK_INVALID",
    plugins: [staged(pausing({ pauses: true, clock: { days: 2 } }))],
    names: ["leads", "LeadStage", "B"],
    remedy: /Take out pauses/,
  },
  "two that provide the work calendar": {
    code: "PROVIDER_TAKEN",
    plugins: ["staff", "others"].map((name) =>
      plugin(name, { entities: [Staff], provides: { calendar: { day: Staff, schedule: Staff, published: [] } } }),
    ),
    names: ["staff", "others", "provides.calendar"],
    remedy: /only one/,
  },
  "an entity that does not say whose its rows are": {
    code: "SCOPE_MISSING",
    plugins: [plugin("leads", { entities: [thing("Lead", {}, { scope: undefined })] })],
    names: ["leads", "Lead"],
    remedy: /"everyone"/,
  },
  "a scope that names nothing": {
    code: "SCOPE_MISSING",
    plugins: [plugin("leads", { entities: [thing("Lead", {}, { scope: { read: "everyone", write: [] } })] })],
    names: ["leads", "Lead"],
    remedy: /"everyone"/,
  },
  "a scope that leads to no unit": {
    code: "SCOPE_INVALID",
    plugins: [
      unitPlugin,
      plugin("leads", { entities: [Stray, thing("Lead", { owner: column.reference(() => Stray, words) }, { scope: "owner" })] }),
    ],
    names: ["leads", "Lead", "owner", "Stray"],
    remedy: /everyone/,
  },
  "a scope that is no reference": {
    code: "SCOPE_INVALID",
    plugins: [unitPlugin, plugin("leads", { entities: [thing("Lead", {}, { scope: "name" })] })],
    names: ["leads", "Lead", "name"],
    remedy: /everyone/,
  },
  "scopes that inherit from each other": {
    code: "SCOPE_CIRCULAR",
    plugins: [unitPlugin, plugin("leads", { entities: mutualScopes() })],
    names: ["leads", "Chicken → Egg → Chicken"],
    remedy: /unit directly/,
  },
  "a state that no step leads to": {
    code: "STATE_UNREACHABLE",
    plugins: [staged(cycle("LeadStage", ["OPEN", "LOST", "DONE"], { finish: step("OPEN", "DONE"), give: step("LOST", "DONE") }))],
    names: ["leads", "LeadStage", "LOST"],
    remedy: /Add a step/,
  },
  "a state that no step leaves": {
    code: "DEAD_END",
    plugins: [staged(cycle("LeadStage", ["OPEN", "LOST", "DONE"], { finish: step("OPEN", "DONE"), lose: step("OPEN", "LOST") }))],
    names: ["leads", "LeadStage", "LOST"],
    remedy: /end: true/,
  },
  "a step to a state that is not there": {
    code: "STATE_UNKNOWN",
    plugins: [staged(cycle("LeadStage", ["OPEN", "DONE"], { finish: step("OPEN", "FINISHED") }))],
    names: ["leads", "LeadStage", "FINISHED", "finish"],
    remedy: /Declare state FINISHED/,
  },
  "two steps to one state with one event": {
    code: "EVENT_AMBIGUOUS",
    plugins: [staged(cycle("LeadStage", ["OPEN", "DONE"], { finish: step("OPEN", "DONE"), close: step("OPEN", "DONE") }))],
    names: ["leads", "LeadStage", "finish", "close", "DONE"],
    remedy: /event/,
  },
  "two steps that name one event": {
    code: "ROOT_FIELD_TAKEN",
    plugins: [
      staged(
        cycle("LeadStage", ["OPEN", "DONE"], {
          finish: step("OPEN", "DONE", { event: "leadOver" }),
          close: step("OPEN", "DONE", { event: "leadOver" }),
        }),
      ),
    ],
    names: ["leads", "finish", "close", "leadOver"],
    remedy: /Rename one/,
  },
  "a step that takes a column that is not there": {
    code: "COLUMN_UNKNOWN",
    plugins: [staged(cycle("LeadStage", ["OPEN", "DONE"], { finish: step("OPEN", "DONE", { takes: ["result"] }) }))],
    names: ["leads", "Lead", "finish", "result"],
    remedy: /Declare result/,
  },
  "a step that requires a column that is not there": {
    code: "COLUMN_UNKNOWN",
    plugins: [staged(cycle("LeadStage", ["OPEN", "DONE"], { finish: step("OPEN", "DONE", { requires: ["result"] }) }))],
    names: ["leads", "Lead", "finish", "result"],
    remedy: /Declare result/,
  },
  "a step from no state at all": {
    code: "STEP_WITHOUT_SOURCE",
    plugins: [
      staged(
        cycle("LeadStage", ["OPEN", "DONE"], {
          finish: step("OPEN", "DONE"),
          close: { ...step("OPEN", "DONE", { event: "leadClosed" }), from: [] },
        }),
      ),
    ],
    names: ["leads", "LeadStage", "close"],
    remedy: /Name states in from/,
  },
  "a column of the name of what the API shows of stages": {
    code: "COLUMN_NAME_RESERVED",
    plugins: [staged(cycle("LeadStage", ["OPEN", "DONE"], { finish: step("OPEN", "DONE") }), { stageHistory: column.text(words) })],
    names: ["leads", "Lead", "stageHistory"],
    remedy: /Rename it/,
  },
  "a step that writes its date into a text": {
    code: "STEP_INVALID",
    plugins: [staged(cycle("LeadStage", ["OPEN", "DONE"], { finish: step("OPEN", "DONE", { sets: { name: "on" } }) }))],
    names: ["leads", "LeadStage", "finish", "name"],
    remedy: /Take name out/,
  },
  "a step that takes a column of the name of its own input": {
    code: "STEP_INVALID",
    plugins: [
      staged(cycle("LeadStage", ["OPEN", "DONE"], { finish: step("OPEN", "DONE", { takes: ["reason"] }) }), { reason: column.text(words) }),
    ],
    names: ["leads", "LeadStage", "finish", "reason"],
    remedy: /Take reason out/,
  },
  "a step that asks for a permission that nobody declares": {
    code: "PERMISSION_UNKNOWN",
    plugins: [staged(cycle("LeadStage", ["OPEN", "DONE"], { finish: step("OPEN", "DONE", { permission: "lead.finish" }) }))],
    names: ["leads", "LeadStage", "finish", "lead.finish"],
    remedy: /permissions of leads/,
  },
  "an update under a permission that nobody declares": {
    code: "PERMISSION_UNKNOWN",
    plugins: [plugin("leads", { entities: [thing("Lead", {}, { update: "lead.edit" })] })],
    names: ["leads", "Lead", "lead.edit"],
    remedy: /permissions of leads/,
  },
  "two stages in one entity": {
    code: "STAGE_TWICE",
    plugins: [
      staged(cycle("LeadStage", ["OPEN", "DONE"], { finish: step("OPEN", "DONE") }), {
        phase: column.stage(cycle("Phase", ["A", "B"], { go: step("A", "B") })),
      }),
    ],
    names: ["leads", "Lead", "stage", "phase"],
    remedy: /Keep one/,
  },
  "guards on another plugin's lifecycle": {
    code: "RULES_UNMATCHED",
    plugins: [unitPlugin, plugin("leads", { ...onUnits, rules: [rules(Unit, cycle("UnitStage", ["A", "B"], {}), {})] })],
    names: ["leads", "Unit", "UnitStage"],
    remedy: /entity of your own/,
  },
  "a title that is no text": {
    code: "HEAD_INVALID",
    plugins: [plugin("leads", { entities: [thing("Lead", { rank: column.integer(words) }, { title: "rank" })] })],
    names: ["leads", "Lead", "title", "rank"],
    remedy: /text column/,
  },
  "a natural key that may be missing": {
    code: "HEAD_INVALID",
    plugins: [
      plugin("leads", { entities: [thing("Lead", { number: column.text({ ...words, optional: true }) }, { key: ["code", "number"] })] }),
    ],
    names: ["leads", "Lead", "key", "number"],
    remedy: /required/,
  },
  "a title that is not declared": {
    code: "COLUMN_UNKNOWN",
    plugins: [plugin("leads", { entities: [thing("Lead", {}, { title: "summary" })] })],
    names: ["leads", "Lead", "summary"],
    remedy: /Declare summary/,
  },
  "a choice in lower case": {
    code: "NAME_INVALID",
    plugins: [
      plugin("leads", { entities: [thing("Lead", { source: column.choice(choices("LeadSource", words, { fair: words }), words) })] }),
    ],
    names: ["leads", "LeadSource", "fair"],
    remedy: /UPPER_SNAKE/,
  },
  "a dictionary entry in upper case": {
    code: "NAME_INVALID",
    plugins: [plugin("leads", { dictionaries: [dictionary("lead-source", words, { FAIR: words })] })],
    names: ["leads", "lead-source", "FAIR"],
    remedy: /lower-kebab/,
  },
  "an entity whose name PostgreSQL would cut": {
    code: "NAME_TOO_LONG",
    plugins: [plugin("leads", { entities: [thing(`Lead${"Very".repeat(12)}Long`)] })],
    names: ["leads", "lead_very_very"],
    remedy: /Shorten/,
  },
  "a sheet over an entity without a natural key": {
    code: "SHEET_INVALID",
    plugins: [plugin("leads", sheetOver(thing("Lead", {}, { key: undefined })))],
    names: ["leads", "table", "Lead"],
    remedy: /Correct/,
  },
  "a demo of a sheet that nobody declares": {
    code: "DEMO_SHEET_UNKNOWN",
    plugins: [
      plugin("leads", {
        ...sheetOver(thing("Lead")),
        demo: { label: words, clock: "2023-11-20T01:00:00.000Z" as never, sheets: [{ sheet: "leads", file: new URL(import.meta.url) }] },
      }),
    ],
    names: ["leads", "table"],
    remedy: /table/,
  },
};

for (const [name, { code, plugins, names, remedy }] of Object.entries(cases)) {
  test(`${name}: the start is refused with ${code}, the culprits and the remedy in both languages`, async () => {
    const refusal = await refusalOf(plugins);
    expect(refusal.code).toBe(code);
    for (const culprit of names) {
      expect(refusal.in("zh")).toContain(culprit);
      expect(refusal.in("en")).toContain(culprit);
    }
    expect(refusal.what.zh).toMatch(/\p{Script=Han}/u);
    expect(refusal.remedy.zh).toMatch(/\p{Script=Han}/u);
    expect(refusal.remedy.en).toMatch(remedy);
  });
}

async function refusalOf(plugins: readonly Plugin[]): Promise<Refusal> {
  try {
    await compose(plugins);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("These plugins were composed although they do not fit together.");
}

function sheetOver(over: Entity): Pick<Plugin, "entities" | "sheets"> {
  return { entities: [over], sheets: [{ name: "table", label: words, entity: over, columns: { code: {}, name: {} } }] };
}

function choiceNamed(name: string): Entity {
  return thing("Sale", { kind: column.choice(choices(name, words, { ONE: words }), words) });
}

function sizeOf(target: Entity, requires: readonly string[] = []): Plugin["fields"][number] {
  return field(target, "size", { ...words, type: "integer", requires }, async () => new Map());
}

function mutualScopes(): readonly Entity[] {
  class Chicken extends entity(
    "Chicken",
    { ...words, title: "name", scope: "egg" },
    { name: column.text(words), egg: column.reference((): Entity<"Egg"> => Egg, words) },
  ) {}
  class Egg extends entity(
    "Egg",
    { ...words, title: "name", scope: "chicken" },
    { name: column.text(words), chicken: column.reference((): Entity<"Chicken"> => Chicken, words) },
  ) {}
  return [Chicken, Egg];
}

test("a plugin whose columns are dictionary entries need not name who provides dictionaries: that one comes first", async () => {
  const source = dictionary("lead-source", words, {});
  const leads = plugin("leads", { dictionaries: [source], entities: [thing("Lead", { source: column.entry(source, words) })] });
  const { plugins } = await compose([leads, dictionaryKeeper()]);
  expect(plugins.map(({ name }) => name)).toEqual(["dictionaries", "leads"]);
});
