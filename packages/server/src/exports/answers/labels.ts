import type { Label, Language } from "@xianmai/plugin-api";
import { meaningOf } from "@xianmai/query";
import type { GraphQLField } from "graphql";

type Field = GraphQLField<unknown, unknown>;

/** What a figure is called that is the value of what it stands in. */
const VALUE: Label = { zh: "数值", en: "Value" };

/** The label of a field in a language: that of its column, else what its description says first. */
export function labelOf(field: Field, language: Language): string {
  const meaning = meaningOf(field);
  switch (meaning?.kind) {
    case "column":
    case "reference":
    case "subject":
      return meaning.column.label[language];
    case "added":
      return meaning.field.label[language];
    default:
      // what it is in which unit stands first in its description
      if (field.name === "value") return VALUE[language];
      return shortened(halves(field.description ?? "")[language]) || field.name;
  }
}

/** The two halves of a description, `中文 English`. Where only one language is there, it stands for both. */
export function halves(description: string): Label {
  const [first = ""] = description.split("\n\n", 1);
  // an English half begins with a capital, behind a blank that follows Chinese
  const boundary = /(?<=[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]) (?=[A-Z])/u.exec(first);
  if (boundary === null) return { zh: first.trim(), en: first.trim() };
  return { zh: first.slice(0, boundary.index), en: first.slice(boundary.index + 1) };
}

/** What a description says before it explains. */
function shortened(text: string): string {
  return (text.split(/[；;：:。，,（(]|\. /u, 1)[0] ?? "").replace(/\.$/, "").trim();
}
