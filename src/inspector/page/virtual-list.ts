/** A list that draws only visible rows. Arrow keys move the selection and report it. */
import { createElement } from './dom.ts';

export interface VirtualListOptions<T> {
  label: string;
  /** Height of every row, in pixels. */
  height: number;
  keyOf(item: T): string;
  draw(item: T, row: HTMLElement): void;
  pick(item: T, key: string): void;
  /** Expands or collapses a row: the right and left arrow keys. */
  unfold?(item: T, open: boolean): void;
  /** Keeps scrolling while it is at the end. @default false */
  follows?: boolean;
}

let count = 0;

export class VirtualList<T> {
  readonly element: HTMLElement;
  readonly #options: VirtualListOptions<T>;
  readonly #space: HTMLElement;
  readonly #id = `rows-${count++}`;
  #items: readonly T[] = [];
  #chosen: string | null = null;
  #drawn = new Map<number, HTMLElement>();

  constructor(options: VirtualListOptions<T>) {
    this.#options = options;
    this.#space = createElement('div', { className: 'rows-space', role: 'presentation' });
    this.element = createElement(
      'div',
      {
        className: 'rows',
        role: 'listbox',
        tabIndex: 0,
        aria: { label: options.label },
        onkeydown: event => this.#key(event),
      },
      this.#space,
    );
    this.element.addEventListener('scroll', () => this.#draw(false), { passive: true });
    new ResizeObserver(() => this.#draw(false)).observe(this.element);
  }

  show(items: readonly T[], chosen: string | null): void {
    const { scrollTop, clientHeight, scrollHeight } = this.element;
    const wasAtEnd = scrollTop + clientHeight >= scrollHeight - 4;
    this.#items = items;
    this.#chosen = chosen;
    this.#space.style.height = `${items.length * this.#options.height}px`;
    if (this.#options.follows === true && wasAtEnd) this.element.scrollTop = this.element.scrollHeight;
    this.#draw(true);
  }

  #draw(all: boolean): void {
    const { height, keyOf, draw } = this.#options;
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / height) - 4);
    const end = Math.min(this.#items.length, Math.ceil((scrollTop + clientHeight) / height) + 4);
    const before = this.#drawn;
    this.#drawn = new Map();
    for (let index = first; index < end; index++) {
      const item = this.#items[index] as T;
      const known = before.get(index);
      const row = known ?? this.#row(index);
      before.delete(index);
      this.#drawn.set(index, row);
      if (known === undefined || all) {
        const isChosen = keyOf(item) === this.#chosen;
        row.className = isChosen ? 'row chosen' : 'row';
        row.setAttribute('aria-selected', String(isChosen));
        row.setAttribute('aria-setsize', String(this.#items.length));
        row.setAttribute('aria-posinset', String(index + 1));
        draw(item, row);
      }
    }
    for (const row of before.values()) row.remove();
    const at = this.#place();
    if (at !== -1 && this.#drawn.has(at)) this.element.setAttribute('aria-activedescendant', `${this.#id}-${at}`);
    else this.element.removeAttribute('aria-activedescendant');
  }

  #row(index: number): HTMLElement {
    const row = createElement('div', {
      id: `${this.#id}-${index}`,
      role: 'option',
      onclick: () => this.#choose(index),
    });
    row.style.top = `${index * this.#options.height}px`;
    row.style.height = `${this.#options.height}px`;
    this.#space.append(row);
    return row;
  }

  #place(): number {
    return this.#chosen === null ? -1 : this.#items.findIndex(item => this.#options.keyOf(item) === this.#chosen);
  }

  #choose(index: number): void {
    const item = this.#items[index];
    if (item === undefined) return;
    const { keyOf, pick, height } = this.#options;
    this.#chosen = keyOf(item);
    const top = index * height;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + height > scrollTop + clientHeight) this.element.scrollTop = top + height - clientHeight;
    this.#draw(true);
    pick(item, this.#chosen);
  }

  #key(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.#options.height) - 1);
    const last = this.#items.length - 1;
    const at = this.#place();
    const to: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at === -1 ? last : at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: last,
    };
    const wanted = to[event.key];
    const item = this.#items[at];
    if (wanted !== undefined) this.#choose(Math.min(last, Math.max(0, wanted)));
    else if (item !== undefined && event.key === 'ArrowRight') this.#options.unfold?.(item, true);
    else if (item !== undefined && event.key === 'ArrowLeft') this.#options.unfold?.(item, false);
    else return;
    event.preventDefault();
  }
}
