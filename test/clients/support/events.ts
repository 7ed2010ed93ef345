import { expect } from "vitest";

/** What a client's subscription told, one after another. */
export interface Events<Data> {
  /** Resolves once the server follows: what is committed from then on is told. */
  following(server: { readonly url: string }): Promise<void>;
  next(): Promise<Data>;
  /** Ends the subscription. */
  end(): void;
}

/** Subscribes as a client does, by a callback, and keeps what it is told until somebody asks. */
export function events<Data>(subscribe: (tell: (data: Data | null | undefined) => void) => { unsubscribe: () => void }): Events<Data> {
  const told: Data[] = [];
  let wake: () => void = () => undefined;
  const subscription = subscribe((data) => {
    if (data === null || data === undefined) return;
    told.push(data);
    wake();
  });
  const next = async (): Promise<Data> => {
    const first = told.shift();
    if (first !== undefined) return first;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    return next();
  };
  return {
    following: async ({ url }) => {
      const followed = async (): Promise<string> => (await fetch(`${url}/metrics`)).text();
      await expect.poll(followed).toMatch(/^xianmai_subscriptions 1$/m);
    },
    next,
    end: () => subscription.unsubscribe(),
  };
}
