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

export interface VirtualList<T> {
  readonly element: HTMLElement;
  /** Draws the items; `chosen` is the key of the selected one. */
  show(items: readonly T[], chosen: string | null): void;
}

let count = 0;

export function createVirtualList<T>(options: VirtualListOptions<T>): VirtualList<T> {
  const { height, keyOf, pick, unfold } = options;
  const space = createElement('div', { className: 'rows-space', role: 'presentation' });
  let items: readonly T[] = [];
  let chosen: string | null = null;
  const place = () => (chosen === null ? -1 : items.findIndex(item => keyOf(item) === chosen));
  const choose = (index: number) => {
    const item = items[index];
    if (item === undefined) return;
    chosen = keyOf(item);
    scrollToRow(element, index * height, height);
    draw(true);
    pick(item, chosen);
  };
  const element = createElement(
    'div',
    {
      className: 'rows',
      role: 'listbox',
      tabIndex: 0,
      aria: { label: options.label },
      onkeydown: event => {
        const at = place();
        const item = items[at];
        const page = Math.max(1, Math.floor(element.clientHeight / height) - 1);
        const target = indexAfterKey(event.key, { at, page, last: items.length - 1 });
        if (target !== null) choose(target);
        else if (item !== undefined && event.key === 'ArrowRight') unfold?.(item, true);
        else if (item !== undefined && event.key === 'ArrowLeft') unfold?.(item, false);
        else return;
        event.preventDefault();
      },
    },
    space,
  );
  const rows = createVisibleRows({ element, space, height, choose });
  const draw = (all: boolean) => {
    rows.update(items.length, (index, row, isNew) => {
      const item = items[index] as T;
      if (!isNew && !all) return;
      markRow(row, { isChosen: keyOf(item) === chosen, position: index + 1, count: items.length });
      options.draw(item, row);
    });
    rows.setActive(place());
  };
  element.addEventListener('scroll', () => draw(false), { passive: true });
  new ResizeObserver(() => draw(false)).observe(element);
  return {
    element,
    show(wanted, wantedKey) {
      const { scrollTop, clientHeight, scrollHeight } = element;
      const wasAtEnd = scrollTop + clientHeight >= scrollHeight - 4;
      items = wanted;
      chosen = wantedKey;
      space.style.height = `${items.length * height}px`;
      if (options.follows === true && wasAtEnd) element.scrollTop = element.scrollHeight;
      draw(true);
    },
  };
}

interface VisibleRows {
  /** Creates the rows that are in view now, removes the others, and calls `draw` for each in view. */
  update(count: number, draw: (index: number, row: HTMLElement, isNew: boolean) => void): void;
  /** Tells a screen reader which row is selected, if it is in view. */
  setActive(index: number): void;
}

/** The elements of the rows in view, and of a few above and below. */
function createVisibleRows({
  element,
  space,
  height,
  choose,
}: {
  element: HTMLElement;
  space: HTMLElement;
  height: number;
  choose: (index: number) => void;
}): VisibleRows {
  const id = `rows-${count++}`;
  let drawn = new Map<number, HTMLElement>();
  const create = (index: number): HTMLElement => {
    const row = createElement('div', { id: `${id}-${index}`, role: 'option', onclick: () => choose(index) });
    row.style.top = `${index * height}px`;
    row.style.height = `${height}px`;
    space.append(row);
    return row;
  };
  return {
    update(itemCount, draw) {
      const { scrollTop, clientHeight } = element;
      const first = Math.max(0, Math.floor(scrollTop / height) - 4);
      const end = Math.min(itemCount, Math.ceil((scrollTop + clientHeight) / height) + 4);
      const before = drawn;
      drawn = new Map();
      for (let index = first; index < end; index++) {
        const known = before.get(index);
        const row = known ?? create(index);
        before.delete(index);
        drawn.set(index, row);
        draw(index, row, known === undefined);
      }
      for (const row of before.values()) row.remove();
    },
    setActive(index) {
      if (index !== -1 && drawn.has(index)) element.setAttribute('aria-activedescendant', `${id}-${index}`);
      else element.removeAttribute('aria-activedescendant');
    },
  };
}

function markRow(row: HTMLElement, marks: { isChosen: boolean; position: number; count: number }): void {
  row.className = marks.isChosen ? 'row chosen' : 'row';
  row.setAttribute('aria-selected', String(marks.isChosen));
  row.setAttribute('aria-setsize', String(marks.count));
  row.setAttribute('aria-posinset', String(marks.position));
}

function scrollToRow(element: HTMLElement, top: number, height: number): void {
  const { scrollTop, clientHeight } = element;
  if (top < scrollTop) element.scrollTop = top;
  else if (top + height > scrollTop + clientHeight) element.scrollTop = top + height - clientHeight;
}

/** Returns the index that a key moves the selection to, or null if it does not move it. */
function indexAfterKey(key: string, { at, page, last }: { at: number; page: number; last: number }): number | null {
  const targets: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at === -1 ? last : at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: last,
  };
  const target = targets[key];
  return target === undefined ? null : Math.min(last, Math.max(0, target));
}
