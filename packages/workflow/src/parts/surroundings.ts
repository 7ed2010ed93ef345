import type { Entity, Migration, People, Plugin, UnitTree } from "@xianmai/plugin-api";
import { snakeCase } from "@xianmai/plugin-api/model";

/** What a part of the platform knows of the plugins around it. */
export interface Surroundings {
  /** The enabled ones. */
  readonly plugins: readonly Plugin[];
  readonly units: UnitTree;
  readonly people: People;
  /** Whatever a row of a part may be about: every entity of the plugins. */
  readonly subjects: readonly Entity[];
  /** `dependsOn` of a part: those who provide units and people. */
  readonly dependsOn: Readonly<Record<string, string>>;
}

/** Finds out; `undefined` where nobody provides units or people. */
export function surroundingsOf(plugins: readonly Plugin[]): Surroundings | undefined {
  const keeper = plugins.find(({ provides }) => provides.units !== undefined);
  const employer = plugins.find(({ provides }) => provides.people !== undefined);
  const [units, people] = [keeper?.provides.units, employer?.provides.people];
  if (units === undefined || people === undefined) return undefined;
  return {
    plugins,
    units,
    people,
    subjects: plugins.flatMap(({ entities }) => entities),
    dependsOn: Object.fromEntries([keeper, employer].flatMap((plugin) => (plugin === undefined ? [] : [[plugin.name, plugin.version]]))),
  };
}

/** Migrations as they are written, for a table `unit`, with the table of the units that there are. */
export function migrationsFor({ units }: Surroundings, migrations: readonly Migration[]): readonly Migration[] {
  const table = snakeCase(units.entity.definition.name);
  if (table === "unit") return migrations;
  return migrations.map(({ id, sql, tables }) => ({
    id,
    sql: sql.map((statement) => statement.replaceAll("references app.unit (id)", `references app.${table} (id)`)),
    tables: Object.fromEntries(
      Object.entries(tables).map(([name, { columns, key }]) => [
        name,
        {
          key,
          columns: Object.fromEntries(
            Object.entries(columns).map(([column, shape]) => [
              column,
              shape.references === "unit" ? { ...shape, references: table } : shape,
            ]),
          ),
        },
      ]),
    ),
  }));
}
