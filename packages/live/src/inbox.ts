/**
 * A bounded queue between one producer that never waits and one consumer that may be slow.
 * When it overflows everything in it is dropped and `overflow` takes its place, so that the consumer knows of the hole.
 */
export class Inbox<Item> implements AsyncIterableIterator<Item> {
  readonly #limit: number;
  readonly #overflow: (last: Item) => Item;
  readonly #onClose: () => void;
  #items: Item[] = [];
  #waiting: ((result: IteratorResult<Item>) => void) | undefined;
  #closed = false;

  constructor(limit: number, overflow: (last: Item) => Item, onClose: () => void) {
    this.#limit = limit;
    this.#overflow = overflow;
    this.#onClose = onClose;
  }

  push(item: Item): void {
    if (this.#closed) return;
    if (this.#waiting !== undefined) {
      const hand = this.#waiting;
      this.#waiting = undefined;
      hand({ done: false, value: item });
      return;
    }
    if (this.#items.length >= this.#limit) this.#items = [this.#overflow(item)];
    else this.#items.push(item);
  }

  async next(): Promise<IteratorResult<Item>> {
    const item = this.#items.shift();
    if (item !== undefined) return { done: false, value: item };
    if (this.#closed) return { done: true, value: undefined };
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  async return(): Promise<IteratorResult<Item>> {
    if (!this.#closed) {
      this.#closed = true;
      this.#items = [];
      this.#waiting?.({ done: true, value: undefined });
      this.#waiting = undefined;
      this.#onClose();
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
