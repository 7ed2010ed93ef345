import type { ReactNode } from "react";

/** A part of a screen with its title; `name` is its place in the layout. */
export function Panel(props: {
  readonly name: string;
  readonly title: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const title = `${props.name}-title`;
  return (
    <section className={`panel ${props.name}`} aria-labelledby={title}>
      <div className="panel-head">
        <h2 id={title}>{props.title}</h2>
        {props.note === undefined ? undefined : <p className="note">{props.note}</p>}
      </div>
      {props.children}
    </section>
  );
}
