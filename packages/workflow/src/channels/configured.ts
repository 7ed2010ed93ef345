import { Refusal, type Channel, type Label, type Plugin } from "@xianmai/plugin-api";

import { webhook } from "./webhook.ts";

/** The channels that the platform itself brings. */
export const PLATFORM_CHANNELS: readonly Channel[] = [webhook];

/** A channel with what the configuration says of it. */
export interface ConfiguredChannel {
  readonly channel: Channel;
  readonly settings: unknown;
}

/**
 * The channels on which messages leave the platform: those that the configuration has settings for.
 *
 * @param given by the names of channels what the configuration says of each
 * @throws Refusal CHANNEL_UNKNOWN, CHANNEL_SETTINGS_INVALID; the settings themselves stand in no message
 */
export function configuredChannels(
  plugins: readonly Plugin[],
  given: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, ConfiguredChannel> {
  const declared = new Map(
    [...PLATFORM_CHANNELS, ...plugins.flatMap(({ channels }) => channels)].map((channel) => [channel.name, channel]),
  );
  return new Map(
    Object.entries(given).map(([name, settings]) => {
      const channel = declared.get(name);
      if (channel === undefined) throw unknown(name, [...declared.keys()]);
      try {
        return [name, { channel, settings: channel.settings.parse(settings) }] as const;
      } catch (error) {
        throw invalid(channel.label, name, error);
      }
    }),
  );
}

function unknown(name: string, known: readonly string[]): Refusal {
  return new Refusal(
    "CHANNEL_UNKNOWN",
    {
      zh: `配置的通知渠道 ${name} 没有声明：有 ${known.join("、")}。`,
      en: `The configuration names the channel ${name}, which nobody declares. There are ${known.join(", ")}.`,
    },
    {
      zh: "请改正名称，或启用声明它的插件。",
      en: "Correct the name, or enable the plugin that declares it.",
    },
  );
}

/** What a schema of zod says is wrong names places and what is wanted, never what was given. */
function invalid({ zh, en }: Label, name: string, error: unknown): Refusal {
  const places = placesOf(error);
  return new Refusal(
    "CHANNEL_SETTINGS_INVALID",
    {
      zh: `通知渠道“${zh}”的配置 channels.${name} 不符合要求：\n${places}\n`,
      en: `channels.${name}, the settings of the channel "${en}", are not as they should be:\n${places}\n`,
    },
    { zh: "请在配置文件中改正所列各项。", en: "Correct what is listed in the configuration." },
  );
}

function placesOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "issues" in error && Array.isArray(error.issues)) {
    return error.issues.map((issue: unknown) => placeOf(issue as Issue)).join("\n");
  }
  return error instanceof Error ? error.name : "Error";
}

interface Issue {
  readonly message: string;
  readonly path?: readonly PropertyKey[];
}

function placeOf({ message, path = [] }: Issue): string {
  return path.length === 0 ? `- ${message}` : `- ${path.map(String).join(".")}: ${message}`;
}
