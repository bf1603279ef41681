/** First in, first out. Taking the first of an array costs as much as the array is long. */
export class Queue<T> {
  #items: (T | undefined)[] = [];
  #start = 0;

  get first(): T | undefined {
    return this.#items[this.#start];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): void {
    this.#items[this.#start++] = undefined;
    if (this.#start * 2 < this.#items.length || this.#start < 32) return;
    this.#items = this.#items.slice(this.#start);
    this.#start = 0;
  }
}
