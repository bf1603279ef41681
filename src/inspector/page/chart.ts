import type { ChartLayout } from '../state/events.ts';
import { chartSvg } from '../view/chart-svg.ts';
import { createButton, createElement, replaceChildren, saveFile } from './dom.ts';

export interface ShownChart {
  picture: ChartLayout;
  active: ReadonlySet<string>;
  /** The actor it is drawn for. */
  key: string;
}

/** Styles that an exported chart needs from the page. */
const exportStyle =
  'text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#1d1d20}.name{font-weight:600}.inside,.word{font-size:11px;fill:#63636a}rect{fill:#fff;stroke:#c9c7c0}.outer>rect{fill:#faf9f7}.active>rect{fill:#e9edfb;stroke:#3f5bd0;stroke-width:2}.line path{fill:none;stroke:#a9a8ae}.open path{stroke:#3f5bd0}.rule{stroke:#e4e2dc}.start{fill:#63636a;stroke:#63636a}.tip{fill:#85848c}';

/** A statechart: drawn once, then only active states are updated. */
export function createChart(): { element: HTMLElement; show(shown: ShownChart | null): void } {
  const frame = createElement('div', {
    className: 'chart-frame',
    tabIndex: 0,
    role: 'region',
    aria: { label: 'Statechart' },
  });
  let drawn: { picture: ChartLayout; key: string } | null = null;
  let active: ReadonlySet<string> = new Set();
  const find = () => {
    const inner = [...frame.querySelectorAll('.state.active.leaf')].at(-1);
    inner?.scrollIntoView({ block: 'center', inline: 'center' });
  };
  const size = createChartSize(frame, { chartSize: () => drawn?.picture ?? null, find });
  const tools = createElement(
    'div',
    { className: 'chart-tools' },
    createButton('−', () => size.scale(0.8), { aria: { label: 'Smaller' } }),
    createButton('+', () => size.scale(1.25), { aria: { label: 'Larger' } }),
    createButton('Fit', size.fitFrame),
    createButton('Find', find, { title: 'Scroll to where the actor is' }),
    createButton(
      'SVG',
      () => drawn && saveFile(`${drawn.picture.id}.svg`, 'image/svg+xml', chartSvg(drawn.picture, active, exportStyle)),
      {
        aria: { label: 'Save the chart as SVG' },
      },
    ),
  );
  const element = createElement('div', { className: 'chart-box' }, frame, tools);
  return {
    element,
    show(shown) {
      element.hidden = shown === null || shown.picture.width === 0;
      if (shown === null) {
        drawn = null;
        replaceChildren(frame);
        return;
      }
      const { picture, key } = shown;
      const moved = !same(active, shown.active);
      active = shown.active;
      if (drawn?.picture !== picture) {
        // All content is escaped where it is created.
        frame.innerHTML = chartSvg(picture, active);
        drawn = { picture, key };
        size.reset();
      } else if (moved) {
        mark(frame, active);
        if (drawn.key !== key) find();
        drawn = { picture, key };
      }
    },
  };
}

/** How large the chart is drawn: until you choose another size, it fits its frame. */
function createChartSize(
  frame: HTMLElement,
  { chartSize, find }: { chartSize(): { width: number; height: number } | null; find(): void },
) {
  let zoom = 1;
  let isChosen = false;
  const resize = () => {
    const svg = frame.querySelector('svg');
    const chart = chartSize();
    if (svg === null || chart === null) return;
    svg.style.width = `${zoom * chart.width}px`;
    svg.style.height = `${zoom * chart.height}px`;
  };
  const fitFrame = () => {
    const chart = chartSize();
    if (chart === null || frame.clientHeight === 0) return;
    zoom = Math.min(1, (frame.clientWidth - 28) / chart.width, (frame.clientHeight - 28) / chart.height);
    resize();
  };
  /** A chart that is too large for its frame starts at the active state. */
  const reset = () => {
    isChosen = false;
    fitFrame();
    if (zoom < 0.55) {
      zoom = 0.8;
      resize();
      find();
    }
  };
  new ResizeObserver(() => isChosen || reset()).observe(frame);
  return {
    fitFrame,
    reset,
    scale(by: number) {
      isChosen = true;
      zoom = Math.min(2, Math.max(0.15, zoom * by));
      resize();
    },
  };
}

function mark(frame: HTMLElement, active: ReadonlySet<string>): void {
  for (const state of frame.querySelectorAll<SVGElement>('[data-state]')) {
    state.classList.toggle('active', active.has(state.dataset.state ?? ''));
  }
  for (const line of frame.querySelectorAll<SVGElement>('[data-from]')) {
    line.classList.toggle('open', active.has(line.dataset.from ?? ''));
  }
}

function same(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return left.size === right.size && [...left].every(item => right.has(item));
}
