/** Converts a chart to a graph for the layout engine, and the result to a drawing. Pure. */
import type { ElkExtendedEdge, ElkNode, LayoutOptions } from 'elkjs';
import type { Chart, ChartState } from '../../durable.ts';
import type { ChartLayout, DrawnEdge, DrawnState, DrawnTransition } from '../state/events.ts';
import { stateDetails } from '../view/chart-svg.ts';
import { eventLabel } from '../view/format.ts';

/** Text uses a monospaced font, so that its width is known without a page. */
const glyph = { width: 7.25, line: 17 };
const padding = { side: 14, top: 12, title: 20 };

const options: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeEdge': '12',
  'elk.spacing.edgeLabel': '4',
  'elk.layered.spacing.nodeNodeBetweenLayers': '36',
  'elk.layered.spacing.edgeNodeBetweenLayers': '16',
  'elk.padding': '[top=12,left=12,bottom=12,right=12]',
};

/** A chart with more lines is drawn compactly: states by name only, lines without labels. */
const linesMax = 40;
const compactOptions = {
  'elk.spacing.edgeEdge': '6',
  'elk.spacing.edgeNode': '8',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '6',
  'elk.layered.spacing.edgeNodeBetweenLayers': '8',
  'elk.layered.spacing.nodeNodeBetweenLayers': '20',
};

/** @param isCompact by default for a chart that is too large for labels */
export function toLayoutGraph(chart: Chart, isCompact = layoutEdges(chart).length > linesMax): ElkNode {
  const edges = layoutEdges(chart);
  const chosen = isCompact ? { ...options, ...compactOptions } : options;
  const inner = layoutNode(chart.root, chosen, isCompact ? () => [] : stateDetails);
  return {
    id: '',
    layoutOptions: chosen,
    children: [inner],
    edges: isCompact ? edges.map(({ labels: _, ...edge }) => edge) : edges,
  };
}

/** @param laid the layout engine's result for `graphOf(chart)` */
export function toChartLayout(chart: Chart, laid: ElkNode): ChartLayout {
  const places = new Map<string, ElkNode>();
  const note = (node: ElkNode) => {
    places.set(node.id, node);
    for (const child of node.children ?? []) note(child);
  };
  note(laid);
  const words = edgeLabels(chart);
  return {
    id: chart.id,
    version: chart.version,
    width: laid.width ?? 0,
    height: laid.height ?? 0,
    states: flattenStates(chart).map(({ state, parent }) => drawnState(state, parent, places.get(state.id))),
    transitions: transitionsOf(chart),
    edges: (laid.edges ?? []).map(edge => drawnEdge(edge, words.get(edge.id) ?? [])),
  };
}

function layoutNode(state: ChartState, options: LayoutOptions, under: typeof stateDetails): ElkNode {
  const lines = [state.key, ...under(state)];
  const width = Math.max(...lines.map(line => line.length)) * glyph.width + 2 * padding.side;
  const height = padding.title + padding.top + (lines.length - 1) * glyph.line;
  if (state.states.length === 0) return { id: state.id, width: Math.max(width, 64), height };
  return {
    id: state.id,
    layoutOptions: {
      ...options,
      'elk.padding': `[top=${height + 8},left=14,bottom=14,right=14]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${width},${height})`,
    },
    children: state.states.map(inner => layoutNode(inner, options, under)),
  };
}

function flattenStates({ root }: Chart): { state: ChartState; parent: string | null }[] {
  const of = (state: ChartState, parent: string | null): { state: ChartState; parent: string | null }[] => [
    { state, parent },
    ...state.states.flatMap(child => of(child, state.id)),
  ];
  return of(root, null);
}

function transitionsOf(chart: Chart): DrawnTransition[] {
  return flattenStates(chart).flatMap(({ state }) => state.transitions.map(given => ({ from: state.id, ...given })));
}

const edgeId = (from: string, to: string) => `${from} ⟶ ${to}`;

/** Returns the labels of each line: one for each of its transitions. */
function edgeLabels(chart: Chart): Map<string, string[]> {
  const words = new Map<string, string[]>();
  for (const { from, targets, event, guard } of transitionsOf(chart)) {
    for (const to of targets) {
      const id = edgeId(from, to);
      const word = guard === null ? eventLabel(event) : `${eventLabel(event)} [${guard}]`;
      words.set(id, [...new Set([...(words.get(id) ?? []), word])]);
    }
  }
  return words;
}

function layoutEdges(chart: Chart): ElkExtendedEdge[] {
  return [...edgeLabels(chart)].map(([id, words]) => {
    const [from = '', to = ''] = id.split(' ⟶ ');
    const width = Math.max(...words.map(word => word.length)) * glyph.width * 0.92 + 4;
    const label = { text: words.join('\n'), width, height: words.length * 15 };
    return { id, sources: [from], targets: [to], labels: [label] };
  });
}

function drawnState(
  { states: _, transitions: __, ...state }: ChartState,
  parent: string | null,
  place?: ElkNode,
): DrawnState {
  const { x = 0, y = 0, width = 0, height = 0 } = place ?? {};
  return { ...state, parent, x, y, width, height };
}

function drawnEdge({ id, sections = [], labels = [] }: ElkExtendedEdge, words: string[]): DrawnEdge {
  const [from = '', to = ''] = id.split(' ⟶ ');
  const way = sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]);
  const [label] = labels;
  const place = label === undefined ? null : { x: label.x ?? 0, y: label.y ?? 0 };
  return { from, to, path: way.map(({ x, y }) => ({ x, y })), labels: words, label: place };
}
