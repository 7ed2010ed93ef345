import type { Statement, StatementResult } from "@xianmai/database";
import { countyViewer, Refusal, viewerOf, type Id, type Label, type Plugin, type Viewer } from "@xianmai/plugin-api";
import { columnOf, type EntityModel, type Model } from "@xianmai/plugin-api/model";
import { LRUCache } from "lru-cache";

import { refusalOf } from "../requests/errors.ts";
import { parseViewer, VIEWER_PARAMETER, type NamedViewer } from "./named-viewer.ts";
import { PLATFORM_PERMISSIONS } from "./permissions.ts";

/** What finding a viewer needs. */
export interface ViewerSource {
  readonly model: Model;
  readonly plugins: readonly Plugin[];
  /** Reads under the settings of who sees every row. */
  readonly readAll: (statements: readonly Statement[]) => Promise<readonly StatementResult[]>;
}

/** Who asks, by what a request says of it. */
export interface Viewers {
  /**
   * The viewer that a request names; the whole county where it names none.
   *
   * @throws Refusal VIEWERS_OFF, VIEWER_INVALID, VIEWER_UNKNOWN, DATABASE_UNAVAILABLE, SERVER_BUSY
   */
  of(named: string | undefined): Promise<Viewer>;
}

/**
 * Milliseconds for which units and officials that were found are not looked for again. Whose rows are seen is PostgreSQL's to say, each time anew: a
 * unit that is gone meanwhile has none.
 */
const REMEMBERED = 5_000;
/** Milliseconds to which that is kept: to look at the clock for every request costs more than to find the viewer. */
const RESOLUTION = 500;

/**
 * Viewers for a server on this machine.
 *
 * @param honoured whether a request may name its viewer; it is refused otherwise, so that nobody takes the county's rows for a township's
 * @param statementSeconds how long a statement may take, for messages
 */
export function createViewers(source: ViewerSource, honoured: boolean, statementSeconds: number): Viewers {
  const found = new LRUCache<string, Viewer>({ max: 1000, ttl: REMEMBERED, ttlResolution: RESOLUTION });
  return {
    of: async (named) => {
      if (named === undefined) return countyViewer;
      if (!honoured) throw off();
      const known = found.get(named);
      if (known !== undefined) return known;
      try {
        const viewer = await findViewer(source, named);
        found.set(named, viewer);
        return viewer;
      } catch (error) {
        throw refusalOf(error, statementSeconds) ?? error;
      }
    },
  };
}

/**
 * Finds the viewer that a text names.
 *
 * @throws Refusal VIEWER_INVALID, VIEWER_UNKNOWN naming the unit or official that is not there
 */
export async function findViewer(source: ViewerSource, text: string): Promise<Viewer> {
  const { role, units, user } = parseViewer(text);
  await assertUnits(source, units);
  return viewerOf([...source.plugins, { permissions: PLATFORM_PERMISSIONS }], { role, units, user: await officialOf(source, user) });
}

async function assertUnits({ model, readAll }: ViewerSource, codes: NamedViewer["units"]): Promise<void> {
  if (codes.length === 0) return;
  const { units } = model;
  if (units === undefined) throw withoutProvider({ zh: "单位", en: "units" });
  const code = quoted(columnOf(units.entity, units.tree.code).column);
  const [found] = await readAll([
    {
      text: `select c from unnest($1::text[]) c where c not in (select ${code} from ${quoted(units.entity.table)})`,
      values: [arrayText(codes)],
    },
  ]);
  const missing = found?.rows[0]?.[0];
  if (typeof missing === "string") throw unknown(units.entity, missing);
}

async function officialOf({ model, readAll }: ViewerSource, code: string | undefined): Promise<Id<"Official"> | undefined> {
  if (code === undefined) return undefined;
  if (model.people === undefined) throw withoutProvider({ zh: "人员", en: "people" });
  const { entity, people } = model.people;
  const column = quoted(columnOf(entity, people.code).column);
  const [found] = await readAll([{ text: `select id from ${quoted(entity.table)} where ${column} = $1`, values: [code] }]);
  const id = found?.rows[0]?.[0];
  if (typeof id !== "string") throw unknown(entity, code);
  return id as Id<"Official">;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function arrayText(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}

function off(): Refusal {
  return new Refusal(
    "VIEWERS_OFF",
    {
      zh: `请求带有 ${VIEWER_PARAMETER}，但本服务启动时没有允许指定访问者。`,
      en: `The request carries ${VIEWER_PARAMETER}, and this server was not started to honour it.`,
    },
    {
      zh: `请去掉它；开发时可用 npx xianmai serve --dev-viewers 启动。`,
      en: `Leave it out, or, for development, start the server with npx xianmai serve --dev-viewers.`,
    },
  );
}

function unknown({ label }: EntityModel, code: string): Refusal {
  return new Refusal(
    "VIEWER_UNKNOWN",
    { zh: `访问者中的${label.zh}代码 ${code} 不存在。`, en: `The viewer names the ${label.en} ${code}, which does not exist.` },
    { zh: `请改为已有的代码。`, en: "Name one that does, by its code." },
  );
}

function withoutProvider(what: Label): Refusal {
  return new Refusal(
    "PROVIDER_MISSING",
    {
      zh: `访问者提到${what.zh}，但启用的插件中没有一个提供${what.zh}。`,
      en: `The viewer names ${what.en}, which no enabled plugin provides.`,
    },
    {
      zh: "请启用提供它的插件（如 organization），或去掉这一项。",
      en: "Enable a plugin that does, such as organization, or leave that part out.",
    },
  );
}
