import { describe, expect, test } from 'vitest';
import type { ChartLayout, DrawnEdge, DrawnState } from '../../../src/inspector/state/events.ts';
import { createTimeAxis } from '../../../src/inspector/view/axis.ts';
import { chartSvg, stateDetails, transitionTexts } from '../../../src/inspector/view/chart-svg.ts';

const state = (id: string, more: Partial<DrawnState> = {}): DrawnState => ({
  ...{ id, key: id, parent: null, type: 'atomic', initial: [], tags: [], entry: [], exit: [], invokes: [] },
  ...{ x: 0, y: 0, width: 100, height: 30 },
  ...more,
});
const line = (way: DrawnEdge['path'], more: Partial<DrawnEdge> = {}): DrawnEdge => ({
  ...{ from: 'a', to: 'b', path: way, labels: ['GO'], label: null },
  ...more,
});
const picture = (more: Partial<ChartLayout> = {}): ChartLayout => ({
  ...{ id: 'm', version: null, width: 10.2, height: 20, states: [], transitions: [], edges: [] },
  ...more,
});

describe('a drawn chart', () => {
  test('rounds corners, keeps straight lines straight, and omits lines without points', () => {
    const corner = chartSvg(picture({ edges: [line([at(0, 0), at(50, 0), at(50, 50)])] }), new Set());
    expect(corner).toContain('d="M0 0 L44 0 Q50 0 50 6 L50 50"');
    expect(chartSvg(picture({ edges: [line([at(0, 0), at(50, 0)])] }), new Set())).toContain('d="M0 0 L50 0"');
    expect(chartSvg(picture({ edges: [line([at(0, 0)])] }), new Set())).not.toContain('data-from');
  });

  test('keeps a corner where two points are equal', () => {
    const svg = chartSvg(picture({ edges: [line([at(0, 0), at(0, 0), at(50, 0)])] }), new Set());
    expect(svg).toContain('d="M0 0 L0 0 Q0 0 6 0 L50 0"');
  });

  test('has labels when there is room, and marks lines from active states', () => {
    const lines = [line([at(0, 0), at(9, 0)], { label: at(3, 4) })];
    const svg = chartSvg(picture({ edges: lines }), new Set(['a']));
    expect(svg).toContain('<text class="word" x="5" y="15">GO</text>');
    expect(svg).toContain('class="line open"');
    expect(svg).toContain('width="11" height="20"');
  });

  test('shows initial states, and details only when they fit', () => {
    const states = [
      state('m', { initial: ['a'] }),
      state('a', { parent: 'm', tags: ['calm'], entry: ['greet'] }),
      state('z', { parent: 'm', type: 'final', entry: ['end'], height: 60 }),
    ];
    const svg = chartSvg(picture({ states }), new Set());
    expect(svg).toContain('<circle class="start"');
    expect(svg).toContain('<title>a #calm</title>');
    expect(svg).not.toContain('→ greet');
    expect(svg).toContain('→ end');
    expect(svg).toContain('class="second"');
  });

  test('shows invoked logic, entry and exit actions, and not those XState adds', () => {
    const own = { invokes: ['load', 'load'], entry: ['xstate.spawn', 'in'], exit: ['out', 'xstate.stop'] };
    expect(stateDetails(own)).toEqual(['⚙ load', '→ in', '← out']);
  });

  test('names the transitions with their guards, or that the state stays', () => {
    const transition = { from: 'a', event: 'GO', targets: ['m.b', 'm.c'], guard: 'may', actions: [] };
    const transitions = [transition, { ...transition, targets: [], guard: null }, { ...transition, from: 'b' }];
    expect(transitionTexts(picture({ transitions }), new Set(['a']))).toEqual(['GO [may] → b, c', 'GO → stays']);
  });
});

describe('an axis', () => {
  test('of length zero has its one time at both ends', () => {
    const axis = createTimeAxis([], { from: 7, to: 7 });
    expect([axis.place(7), axis.moment(0)]).toEqual([0, 7]);
    expect(axis.moment(2)).toBe(8);
  });

  test('draws close events as one segment, between short gaps', () => {
    const axis = createTimeAxis([50_000, 50_500, 51_000], { from: 0, to: 100_000 });
    expect(axis.segments.map(({ from, to, isIdle }) => [from, to, isIdle])).toEqual([
      [0, 50_000, true],
      [50_000, 51_000, false],
      [51_000, 100_000, true],
    ]);
  });
});

function at(x: number, y: number) {
  return { x, y };
}
