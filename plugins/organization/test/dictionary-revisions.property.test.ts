import fc from "fast-check";
import { expect, test } from "vitest";

import { definePlugin, dictionary } from "@xianmai/plugin-api";
import { organization } from "@xianmai/plugin-organization";
import { createTestPlatform } from "@xianmai/testing";

const colours = definePlugin({
  name: "colours",
  version: "1.0.0",
  label: { zh: "颜色", en: "Colours" },
  url: import.meta.url,
  dependsOn: { organization: "^1.0.0" },
  dictionaries: [dictionary("colour", { zh: "颜色", en: "Colours" }, {})],
});

interface Term {
  readonly zh: string;
  readonly en: string;
  readonly position: number;
  readonly retiredOn: string | null;
}

/** An entry while it is there: one that is removed and added again is another. */
interface Entry {
  readonly code: string;
  readonly term: Term;
}

const code = fc.constantFrom("red", "green", "blue");
const term = fc.record({
  zh: fc.constantFrom("甲", "乙"),
  en: fc.constantFrom("A", "B"),
  position: fc.nat({ max: 2 }),
  retiredOn: fc.constantFrom(null, "2023-01-01", "2024-01-01"),
});
const act = fc.oneof(fc.record({ code, term: fc.constant(undefined) }), { arbitrary: fc.record({ code, term }), weight: 4 });
const transactions = fc.array(fc.array(act, { minLength: 1, maxLength: 4 }), { minLength: 20, maxLength: 40 });

/** What a write tells that led from some entries to others. */
function changesBetween(before: ReadonlySet<Entry>, after: ReadonlySet<Entry>, was: ReadonlyMap<Entry, Entry>): readonly object[] {
  const changes: { readonly kind: string; readonly code: string; readonly before: Term | null; readonly after: Term | null }[] = [];
  const kept = new Set([...after].flatMap((entry) => was.get(entry) ?? []));
  for (const entry of before) if (!kept.has(entry)) changes.push({ kind: "REMOVED", code: entry.code, before: entry.term, after: null });
  for (const entry of after) {
    const old = was.get(entry);
    if (old === undefined) {
      changes.push({ kind: "ADDED", code: entry.code, before: null, after: entry.term });
      continue;
    }
    const [one, other] = [old.term, entry.term];
    const change = (kind: string): void => void changes.push({ kind, code: entry.code, before: one, after: other });
    if (one.zh !== other.zh || one.en !== other.en) change("RENAMED");
    if (one.position !== other.position) change("MOVED");
    if (one.retiredOn !== other.retiredOn) change(other.retiredOn === null ? "RESTORED" : "RETIRED");
  }
  return changes;
}

const inOrder = (changes: readonly object[]): readonly string[] => changes.map((change) => JSON.stringify(change)).toSorted();

test("whatever is written, by whatever statements, the revisions tell the differences of what was committed", async () => {
  await fc.assert(
    fc.asyncProperty(transactions, async (written) => {
      await using platform = await createTestPlatform({ plugins: [organization, colours] });
      const expected: (readonly object[])[] = [];
      let entries = new Set<Entry>();
      for (const acts of written) {
        // which entry of before an entry has come from, so that only one that stayed counts as changed
        let was = new Map([...entries].map((entry) => [entry, entry]));
        const before = entries;
        const statements: string[] = [];
        for (const { code: named, term: given } of acts) {
          const known = [...entries].find((entry) => entry.code === named);
          const others = [...entries].filter((entry) => entry !== known);
          if (given === undefined) {
            entries = new Set(others);
            statements.push(`delete from dictionary_entry where code = '${named}'`);
            continue;
          }
          const made: Entry = { code: named, term: given };
          const origin = known === undefined ? undefined : was.get(known);
          if (origin !== undefined) was = new Map([...was, [made, origin]]);
          entries = new Set([...others, made]);
          const retired = given.retiredOn === null ? "null" : `'${given.retiredOn}'`;
          statements.push(
            known === undefined
              ? `insert into dictionary_entry (dictionary_id, code, zh, en, position, retired_on)
                  select id, '${named}', '${given.zh}', '${given.en}', ${given.position}, ${retired} from dictionary`
              : `update dictionary_entry set zh = '${given.zh}', en = '${given.en}', position = ${given.position}, retired_on = ${retired} where code = '${named}'`,
          );
        }
        // sent together they are one transaction
        await platform.sql(statements.join(";"));
        const changes = changesBetween(before, entries, was);
        if (changes.length > 0) expected.push(changes);
      }
      const { dictionary: found } = await platform.query<{
        dictionary: { revision: number; revisions: { number: number; changes: object[] }[] };
      }>(
        `{ dictionary(code: "colour") { revision revisions { number
          changes { kind code before { zh en position retiredOn } after { zh en position retiredOn } } } } }`,
      );
      // the first tells that the dictionary itself came
      expect(found.revisions.slice(1).map(({ changes }) => inOrder(changes))).toEqual(expected.map(inOrder));
      expect(found.revisions.map(({ number }) => number)).toEqual(found.revisions.map((_, at) => at + 1));
      expect(found.revision).toBe(found.revisions.length);
    }),
    { numRuns: 8 },
  );
});
