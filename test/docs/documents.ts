import { readdirSync, readFileSync } from "node:fs";

/** A fenced block of a page that readers follow. */
export interface Block {
  /** `docs/api.md:12` */
  readonly place: string;
  readonly language: string;
  readonly text: string;
}

const root = new URL("../../", import.meta.url);

/** The pages of the project, by path. */
function pages(): readonly string[] {
  const within = (folder: string): readonly string[] => readdirSync(new URL(folder, root)).map((name) => `${folder}${name}`);
  return [
    "README.md",
    "README.zh-CN.md",
    ...within("docs/"),
    ...within("docs/plugins/"),
    ...within("plugins/").map((plugin) => `${plugin}/README.md`),
  ].filter((page) => page.endsWith(".md"));
}

/** A page's text. */
export function pageText(page: string): string {
  return readFileSync(new URL(page, root), "utf8");
}

/** Every block of a language on every page. */
export function blocks(language: string): readonly Block[] {
  return pages().flatMap((page) => {
    const text = pageText(page);
    return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(({ 1: found = "", 2: body = "", index }) =>
      found === language ? [{ place: `${page}:${text.slice(0, index).split("\n").length}`, language, text: body }] : [],
    );
  });
}
