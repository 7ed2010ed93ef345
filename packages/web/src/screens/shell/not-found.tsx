import type { ReactNode } from "react";

/** For a path that no screen answers: what was asked for, and the screens there are. */
export function NotFound({ path, screens }: { readonly path: string; readonly screens: readonly string[] }): ReactNode {
  return (
    <main className="notice">
      <h1>没有这块大屏：{path}</h1>
      <ul>
        {screens.map((screen) => (
          <li key={screen}>
            <a href={screen}>{screen}</a>
          </li>
        ))}
      </ul>
    </main>
  );
}
