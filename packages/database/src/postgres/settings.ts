import type { ConnectionOptions } from "node:tls";

/** How to reach a database as one login: what `pg` takes, without what is nobody's business here. */
export interface ConnectionSettings {
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
  readonly ssl?: boolean | ConnectionOptions;
}

/** A libpq URL that `psql` takes as it is; the folder of a socket is percent-encoded in the place of the host. */
export function libpqUrl({ host, port, user, password, database }: ConnectionSettings): string {
  const login = password === undefined ? encode(user) : `${encode(user)}:${encode(password)}`;
  // a socket's folder as a parameter: libpq takes it in the host's place too, other drivers do not
  if (host.startsWith("/")) return `postgresql://${login}@/${encode(database)}?host=${encode(host)}&port=${port}`;
  return `postgresql://${login}@${host.includes(":") ? `[${host}]` : encode(host)}:${port}/${encode(database)}`;
}

/** Where a connection leads, for people of either language: never the password. */
export function describe({ host, port, user, database }: ConnectionSettings): string {
  return `${user}@${host}:${port}/${database}`;
}

function encode(text: string): string {
  return encodeURIComponent(text);
}
