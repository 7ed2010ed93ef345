import type { Language } from "@xianmai/plugin-api";
import Negotiator from "negotiator";

/**
 * The language of a request by its `Accept-Language`: Chinese unless English is preferred.
 *
 * @param accepted the header as it came, `undefined` where there was none
 */
export function languageOf(accepted: string | undefined): Language {
  if (accepted === undefined) return "zh";
  const preferred = new Negotiator({ headers: { "accept-language": accepted } }).language(["zh", "en"]);
  return preferred === "en" ? "en" : "zh";
}
