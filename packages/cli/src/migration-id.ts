const day = 86_400_000;

/**
 * The id of a plugin's next migration, `<date>-<what>`. Migrations run in the order of their ids, so it must come after every other one: where the
 * date does not bring that about (a second one on one day), a later date is taken.
 *
 * @param today YYYY-MM-DD
 */
export function newMigrationId(today: string, what: string, existing: readonly string[]): string {
  const last = existing.toSorted().at(-1) ?? "";
  for (let date = today; ; date = new Date(Date.parse(date) + day).toISOString().slice(0, 10)) {
    const id = `${date}-${what}`;
    if (id > last) return id;
  }
}
