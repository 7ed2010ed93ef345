import type { ReactNode } from "react";

/** A figure that lights up once when it changes; a dash until it is known. */
export function Figure({ value }: { readonly value: string | undefined }): ReactNode {
  return (
    <span className="figure" key={value}>
      {value ?? "—"}
    </span>
  );
}
