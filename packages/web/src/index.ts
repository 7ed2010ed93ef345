/** A built page: its file within `assets`, and the content security policy it was made for and tested under. */
export interface Page {
  readonly file: string;
  readonly contentSecurityPolicy: string;
}

/**
 * The folder of the built pages, a `file:` URL that ends in a slash. It is there after `pnpm --filter @xianmai/web build`. `screens.html` answers
 * every path beneath `/screens/`, `graphiql.html` answers `/graphiql`, and the files of its folder `assets`, whose names hold a hash of their
 * contents and so never change, stand beneath `/assets/`. The pages themselves must be asked for anew each time: `cache-control: no-cache`.
 */
export const assets: URL = new URL("../dist/site/", import.meta.url);

/** What the pages ask of the API, built beside them: the texts of their documents by the SHA-256 of each, as JSON. */
export const documents: URL = new URL("documents.json", assets);

/** The pages by name. */
export const pages = {
  screens: {
    file: "screens.html",
    contentSecurityPolicy: policy({
      "default-src": "'none'",
      "script-src": "'self'",
      "style-src": "'self'",
      "font-src": "'self'",
      "img-src": "'self'",
      // an old browser does not take a socket to the same origin for 'self'
      "connect-src": "'self' ws: wss:",
    }),
  },
  graphiql: {
    file: "graphiql.html",
    contentSecurityPolicy: policy({
      "default-src": "'none'",
      "script-src": "'self'",
      "worker-src": "'self' blob:",
      // its editor makes style elements at run time
      "style-src": "'self' 'unsafe-inline'",
      // its style sheet carries its fonts
      "font-src": "'self' data:",
      "img-src": "'self' data:",
      "connect-src": "'self' ws: wss:",
    }),
  },
} as const satisfies Readonly<Record<string, Page>>;

function policy(directives: Readonly<Record<string, string>>): string {
  const all = { ...directives, "base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'self'" };
  return Object.entries(all)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join("; ");
}
