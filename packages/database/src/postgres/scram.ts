import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

const iterations = 4096;

/**
 * What PostgreSQL stores of a password (SCRAM-SHA-256), made here so that the password itself never stands in a statement, which a server may log.
 *
 * @param password ASCII: what `secret` and `derived` give
 */
export function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  const storedKey = createHash("sha256").update(clientKey).digest("base64");
  const serverKey = createHmac("sha256", salted).update("Server Key").digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}

/** A new password. */
export function secret(): string {
  return randomBytes(24).toString("base64url");
}

/** The password of another role, from the owner's: all nodes and test runs that know the one agree on the other. */
export function derived(ownerPassword: string, role: string): string {
  return createHmac("sha256", ownerPassword).update(`xianmai ${role}`).digest("base64url");
}
