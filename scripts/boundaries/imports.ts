import { type Expression, parseSync, Visitor } from "oxc-parser";

/** One place where a file names another module. */
export interface Import {
  /** What is imported; undefined where the name is computed at run time. */
  readonly specifier: string | undefined;
  /** Counted from 1. */
  readonly line: number;
  /** `export … from`. */
  readonly reExport: boolean;
}

/**
 * Every import of a TypeScript or JavaScript file: static and dynamic ones, types, re-exports, require and import.meta.resolve.
 * @throws {SyntaxError} where the file cannot be parsed, since an unread file would pass unseen
 */
export function importsOf(file: string, source: string): readonly Import[] {
  const { program, errors } = parseSync(file, source);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`${file}: ${error.message}`);

  const found: Import[] = [];
  const add = (start: number, specifier: string | undefined, reExport = false): void => {
    found.push({ specifier, line: source.slice(0, start).split("\n").length, reExport });
  };
  const called = (start: number, argument: Expression | undefined): void => {
    add(start, argument === undefined ? undefined : literal(argument));
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.start, node.source.value),
    ExportAllDeclaration: (node) => add(node.start, node.source.value, true),
    ExportNamedDeclaration: (node) => {
      if (node.source !== null) add(node.start, node.source.value, true);
    },
    ImportExpression: (node) => called(node.start, node.source),
    TSImportType: (node) => add(node.start, node.source.value),
    TSExternalModuleReference: (node) => add(node.start, node.expression.value),
    CallExpression: ({ callee, arguments: [argument], start }) => {
      const requires = callee.type === "Identifier" && callee.name === "require";
      const resolves =
        callee.type === "MemberExpression" &&
        callee.object.type === "MetaProperty" &&
        callee.property.type === "Identifier" &&
        callee.property.name === "resolve";
      if ((requires || resolves) && argument?.type !== "SpreadElement") called(start, argument);
    },
  }).visit(program);
  return found;
}

function literal(node: Expression): string | undefined {
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  const [quasi, ...more] = node.type === "TemplateLiteral" ? node.quasis : [];
  return more.length === 0 ? (quasi?.value.cooked ?? undefined) : undefined;
}
