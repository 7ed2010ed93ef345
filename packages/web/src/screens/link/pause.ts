/** A wait that can be cut short: by `skip`, after which whoever waited goes on at once, or by the end of the page. */
export interface Pause {
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly skip: () => void;
}

/** A pause for one loop: at most one wait at a time. */
export function createPause(): Pause {
  let goOn: (() => void) | undefined;
  return {
    wait: (milliseconds) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(() => goOn?.(), milliseconds);
        goOn = () => {
          clearTimeout(timer);
          goOn = undefined;
          resolve();
        };
      }),
    skip: () => goOn?.(),
  };
}
