import { blocks } from "../../docs/documents.ts";

/** Languages of the blocks that are files: the first line names the file. */
const LANGUAGES = ["typescript", "json"];

/** The files that docs/dashboards.md shows, by the path that each names in its first line: what its reader would have in a project. */
export function pageFiles(): ReadonlyMap<string, string> {
  const shown = LANGUAGES.flatMap((language) => blocks(language)).filter(({ place }) => place.startsWith("docs/dashboards.md"));
  return new Map(
    shown.map(({ place, text }) => {
      const name = /^\/\/ (\S+)\n/.exec(text)?.[1];
      if (name === undefined) throw new Error(`${place}: the block names no file in its first line.`);
      return [name, text.slice(text.indexOf("\n") + 1)];
    }),
  );
}

/** Some of the files that the page shows. @throws Error where it does not show one */
export function shownFiles(...names: readonly string[]): Readonly<Record<string, string>> {
  const files = pageFiles();
  return Object.fromEntries(
    names.map((name) => {
      const text = files.get(name);
      if (text === undefined) throw new Error(`docs/dashboards.md shows no ${name}; it shows ${[...files.keys()].join(", ")}.`);
      return [name, text];
    }),
  );
}
