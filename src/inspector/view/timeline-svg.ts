/** A timeline as one SVG file, for documents and tickets. */

import { formatDuration } from '../../presentation/duration.ts';
import type { TimeAxis } from './axis.ts';
import { escapeHtml } from './escape-html.ts';
import { spanLabels, type TimelineLane, type TimelineSpanKind } from './timeline-spans.ts';

/** Colors by kind, as in the page's light theme. */
export const spanColours: Readonly<Record<TimelineSpanKind, string>> = {
  queued: '#d9d7d0',
  working: '#3f5bd0',
  retrying: '#e3b558',
  'rate-limited': '#c98a1b',
  approval: '#b9c4f0',
  asking: '#7a4fc0',
  conflict: '#d9705f',
  failed: '#b3372b',
  paused: '#a3a2a8',
  done: '#6fa287',
};

const size = { label: 320, track: 860, row: 26, head: 56 };

/** @param now the end of open spans */
export function timelineSvg(
  lanes: readonly TimelineLane[],
  axis: TimeAxis,
  { title, now }: { title: string; now: number },
): string {
  const height = size.head + lanes.length * size.row + 12;
  const width = size.label + size.track + 24;
  const place = (at: number) => size.label + axis.place(at) * size.track;
  const gaps = axis.segments
    .filter(({ isIdle }) => isIdle)
    .map(({ from, to, start, end }) => {
      const x = size.label + start * size.track;
      const middle = x + ((end - start) * size.track) / 2;
      return `<rect x="${x.toFixed(1)}" y="${size.head - 8}" width="${((end - start) * size.track).toFixed(1)}" height="${height - size.head}" fill="#f3f2ee"/><text x="${middle.toFixed(1)}" y="${size.head - 14}" text-anchor="middle" class="gap">⋯ ${formatDuration(to - from, { tenths: true })}</text>`;
    });
  const rows = lanes.map((lane, index) => {
    const y = size.head + index * size.row;
    const room = 44 - 2 * lane.depth;
    const name = lane.goal.length > room ? `${lane.goal.slice(0, room - 1)}…` : lane.goal;
    const goal = lane.attempt > 1 ? `${name} (attempt ${lane.attempt})` : name;
    const spans = lane.spans.map(({ from, to, kind, label }) => {
      const x = place(from);
      const length = Math.max(2, place(to ?? now) - x);
      const tip = `${label}, ${formatDuration((to ?? now) - from, { tenths: true })}`;
      return `<rect x="${x.toFixed(1)}" y="${y + 5}" width="${length.toFixed(1)}" height="14" rx="3" fill="${spanColours[kind]}"><title>${escapeHtml(tip)}</title></rect>`;
    });
    return `<text x="${12 + 14 * lane.depth}" y="${y + 16}">${escapeHtml(goal)}</text>${spans.join('')}`;
  });
  const kinds = [...new Set(lanes.flatMap(({ spans }) => spans.map(({ kind }) => kind)))];
  const legend = kinds.map((kind, index) => {
    const x = size.label + index * 130;
    return `<rect x="${x}" y="12" width="10" height="10" rx="2" fill="${spanColours[kind]}"/><text x="${x + 15}" y="21" class="gap">${spanLabels[kind]}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    '<style>text{font:12px system-ui,sans-serif;fill:#1d1d20}.gap{font-size:10.5px;fill:#63636a}.title{font-weight:600;font-size:14px}</style>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="12" y="22" class="title">${escapeHtml(title)}</text>`,
    ...legend,
    ...gaps,
    ...rows,
    '</svg>',
  ].join('\n');
}
