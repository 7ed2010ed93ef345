import { expect } from "vitest";

/** An answer, and the moment that it was read at. */
export interface Asked<Data> {
  readonly data: Data;
  readonly moment: string;
}

/** Asks as somebody, `undefined` for the whole county, and hears of the moment too. */
export async function asked<Data>(url: string, query: string, viewer?: string): Promise<Asked<Data>> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(viewer === undefined ? {} : { "x-xianmai-viewer": viewer }) },
    body: JSON.stringify({ query }),
  });
  const { data, errors, extensions } = (await response.json()) as { data: Data; errors?: unknown; extensions: { moment: string } };
  expect(errors).toBeUndefined();
  return { data, moment: extensions.moment };
}
