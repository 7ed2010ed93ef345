import type { Label } from "./label.ts";
import type { Instant } from "./values.ts";

/** Whom a message concerns, as far as it is known. */
export interface Addressee {
  readonly unitCode?: string;
  readonly unitName?: string;
  readonly officialCode?: string;
  readonly officialName?: string;
}

/** Something that somebody outside the platform is told. */
export interface Message {
  /** A UUID: one message has one, however often it is sent. */
  readonly id: string;
  /** What kind of thing it tells of. */
  readonly kind: string;
  readonly severity: string;
  readonly title: Label;
  readonly addressee: Addressee;
  /** The record that it is about: the name of its entity and its global id. */
  readonly subject: { readonly type: string; readonly id: string };
  readonly raisedAt: Instant;
}

/** With what a message is sent. */
export interface ChannelContext<Settings> {
  /** Aborted when the server stops and when sending takes too long. */
  readonly signal: AbortSignal;
  /** What the county's configuration says of the channel. Never to be logged, nor to stand in a message of an error: there are secrets in it. */
  readonly settings: Settings;
  /** Now, by the machine's clock, which receivers compare with their own. */
  readonly sentAt: Instant;
}

/** Reads what the configuration says of a channel, and throws where it is not as it should be: a schema of zod is one. */
export interface SettingsSchema<Settings> {
  parse(given: unknown): Settings;
}

/** How a channel is declared. */
export interface ChannelDeclaration<Settings> extends Label {
  readonly settings: SettingsSchema<Settings>;
}

/** A declared channel. */
export interface Channel<Settings = unknown> {
  /** camelCase, unique among the enabled plugins: the key under which it is configured. */
  readonly name: string;
  readonly label: Label;
  readonly settings: SettingsSchema<Settings>;
  send(message: Message, context: ChannelContext<Settings>): Promise<void>;
}

/**
 * Declares a channel (通知渠道): a way on which messages leave the platform, such as 政务微信 or SMS. It is used where the configuration has settings for
 * it: `channels: { sms: { … } }`.
 *
 * @param send sends one message; throws where that failed, and is asked again later with the same message, so that a receiver may see one twice
 */
export function channel<Settings>(
  name: string,
  { settings, ...label }: ChannelDeclaration<Settings>,
  send: (message: Message, context: ChannelContext<Settings>) => Promise<void>,
): Channel<Settings> {
  return Object.freeze({ name, label, settings, send });
}
