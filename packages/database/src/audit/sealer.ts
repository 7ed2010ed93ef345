import type { Label } from "@xianmai/plugin-api";
import { Refusal } from "@xianmai/plugin-api";
import { Client } from "pg";

import { connectionRefusal } from "../postgres/connect.ts";
import type { ConnectionSettings } from "../postgres/settings.ts";
import { messageOf } from "../postgres/system-error.ts";
import { appendAnchor, lastAnchor } from "./anchor.ts";
import { readHead, type Seal } from "./chain.ts";
import type { AuditFiles } from "./files.ts";
import { openAuditKeys, type AuditKeys } from "./keys.ts";
import { asNextSealer, asOnlySealer, inSnapshot } from "./sealing/lock.ts";
import { sealNext } from "./sealing/seal.ts";
import { auditNotThere } from "./refusals.ts";
import { CANONICAL } from "./session.ts";

/** What a sealer works on. */
export interface SealerOptions {
  /** The owner's login: the application's own cannot write seals. */
  readonly owner: ConnectionSettings;
  readonly files: AuditFiles;
}

/** A sealer that runs beside a server. */
export interface Sealer {
  /** Seals what is left, and ends. */
  stop(): Promise<void>;
}

/** The newest seal, as it is noted outside the database. */
export interface SealHead {
  readonly number: bigint;
  /** Hexadecimal. */
  readonly root: string;
  readonly at: string;
}

/**
 * Seals in the background, soon after each commit, whatever was written before included. Every server may run one: at any moment one of
 * them seals, and each notes the heads that it sees in a file of its own.
 *
 * @param options.every milliseconds between two looks
 * @param options.log hears when sealing begins to fail and when it works again
 * @throws Refusal AUDIT_KEY_MISSING, AUDIT_KEY_UNREADABLE, AUDIT_KEY_EXPOSED, AUDIT_NOT_THERE, and those of a connection; whether to serve without an audit is the caller's to say
 */
export async function startSealer({
  owner,
  files,
  every,
  log,
}: SealerOptions & { readonly every: number; readonly log: (line: Label) => void }): Promise<Sealer> {
  let client: Client | undefined = await openClient(owner);
  let failing: string | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    try {
      client ??= await openClient(owner);
      noteHead(files, await sealAll(client, files));
      if (failing !== undefined) log({ zh: "审计封存已恢复", en: "The audit is being sealed again" });
      failing = undefined;
    } catch (error) {
      if (failing !== messageOf(error)) log(failure(error));
      failing = messageOf(error);
      // whatever it was, a new connection knows nothing of it
      await client?.end().catch(() => undefined);
      client = undefined;
    }
  };
  try {
    await keysFor(client, files);
  } catch (error) {
    await client.end();
    throw error;
  }
  const lookAndWait = async (): Promise<void> => {
    await look();
    if (!stopped) lookAgain(every);
  };
  const lookAgain = (after: number): void => {
    timer = setTimeout(() => {
      running = lookAndWait();
    }, after);
  };
  lookAgain(0);
  return {
    stop: async () => {
      if (stopped) return;
      stopped = true;
      clearTimeout(timer);
      await running;
      await look();
      await client?.end();
    },
  };
}

/**
 * Seals once what was committed until now, waiting for another sealer that is at it.
 *
 * @returns the head of the chain; `undefined` where nothing was ever written
 * @throws Refusal as `startSealer`
 */
export async function sealNow({ owner, files }: SealerOptions): Promise<SealHead | undefined> {
  const client = await openClient(owner);
  try {
    const head = await asNextSealer(client, async () => sealRest(client, await keysFor(client, files)));
    noteHead(files, head);
    return head;
  } finally {
    await client.end();
  }
}

/** Seals what is left, for whoever holds the sealer's lock. */
export async function sealRest(client: Client, keys: AuditKeys): Promise<Seal | undefined> {
  for (;;) {
    const { head, more } = await inSnapshot(client, "read write", () => sealNext(client, keys));
    if (!more) return head;
  }
}

/** The keys of a file, as the seals of a database need them. Under the sealer's lock, since the first to seal decides which keys these are. */
export async function keysFor(client: Client, files: AuditFiles): Promise<AuditKeys> {
  return openAuditKeys(files.key, (await readHead(client))?.key);
}

/** Notes a head unless it is the last that was noted. */
export function noteHead({ anchor }: AuditFiles, head: SealHead | undefined): void {
  if (head === undefined) return;
  const last = lastAnchor(anchor);
  if (last?.number !== head.number || last.root !== head.root) appendAnchor(anchor, head);
}

/** Opens a connection on which texts are the same for everybody. @throws Refusal AUDIT_NOT_THERE, and those of a connection that is not made */
export async function openClient(owner: ConnectionSettings): Promise<Client> {
  const client = new Client({ ...owner, application_name: "xianmai audit" });
  // a lost connection fails what runs on it; without a listener it would end the process
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw connectionRefusal(owner, error);
  }
  try {
    await client.query(CANONICAL);
    const { rows } = await client.query<{ there: boolean }>("select to_regclass('xm.horizon') is not null as there");
    if (rows[0]?.there !== true) throw auditNotThere();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  return client;
}

/** Another may be sealing: then the head that it left so far is seen. */
async function sealAll(client: Client, files: AuditFiles): Promise<Seal | undefined> {
  return (await asOnlySealer(client, async () => sealRest(client, await keysFor(client, files)))) ?? readHead(client);
}

function failure(error: unknown): Label {
  const said = error instanceof Refusal ? { zh: error.in("zh"), en: error.in("en") } : { zh: messageOf(error), en: messageOf(error) };
  return { zh: `审计暂时不能封存：${said.zh}`, en: `The audit cannot be sealed for now: ${said.en}` };
}
