import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";

import helmet from "helmet";

/** Each page brings the policy that it was built for; over plain HTTP there is nothing to be strict about with transport. */
const secure = helmet({ contentSecurityPolicy: false, strictTransportSecurity: false });

/** The headers that helmet gives to an answer; they are the same for every one, and found once. */
export function securityHeaders(): Readonly<Record<string, string>> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  secure(request, response, () => undefined);
  return Object.fromEntries(Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]));
}
