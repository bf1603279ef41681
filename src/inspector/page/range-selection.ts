import { createElement } from './dom.ts';

/**
 * Selects a range of a ruler by dragging over it. Calls `select` with the ends as shares of its width, from 0 to 1.
 *
 * @returns the mark of the range while you drag; it has to be a child of the ruler
 */
export function createRangeSelection(
  ruler: HTMLElement,
  select: (range: { from: number; to: number }) => void,
): HTMLElement {
  const brush = createElement('div', { className: 'brush', hidden: true });
  ruler.onpointerdown = down => {
    const box = ruler.getBoundingClientRect();
    const share = ({ clientX }: PointerEvent) => Math.min(1, Math.max(0, (clientX - box.left) / box.width));
    const start = share(down);
    ruler.setPointerCapture(down.pointerId);
    ruler.onpointermove = move => {
      const end = share(move);
      brush.hidden = false;
      brush.style.left = `${100 * Math.min(start, end)}%`;
      brush.style.width = `${100 * Math.abs(end - start)}%`;
    };
    ruler.onpointerup = up => {
      ruler.onpointermove = null;
      ruler.onpointerup = null;
      brush.hidden = true;
      const end = share(up);
      if (Math.abs(end - start) >= 0.01) select({ from: Math.min(start, end), to: Math.max(start, end) });
    };
  };
  return brush;
}
