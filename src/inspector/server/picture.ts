/** A chart as a graph to lay out, and the picture made of what comes back. Pure. */
import type { ElkExtendedEdge, ElkNode, LayoutOptions } from 'elkjs';
import type { Chart, ChartState } from '../../durable.ts';
import type { DrawnLine, DrawnState, DrawnTransition, Picture } from '../book/item.ts';
import { inside } from '../view/chart-svg.ts';
import { eventWord } from '../view/words.ts';

/** Names are set in a typeface whose letters are equally wide, so that their width is known without a page. */
const letter = { width: 7.25, line: 17 };
const room = { side: 14, top: 12, title: 20 };

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

/** A chart with more lines is drawn closer, its states by their names alone and its lines without words. */
const linesMax = 40;
const close = {
  'elk.spacing.edgeEdge': '6',
  'elk.spacing.edgeNode': '8',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '6',
  'elk.layered.spacing.edgeNodeBetweenLayers': '8',
  'elk.layered.spacing.nodeNodeBetweenLayers': '20',
};

export function graphOf(chart: Chart): ElkNode {
  const edges = edgesOf(chart);
  const isLarge = edges.length > linesMax;
  const chosen = isLarge ? { ...options, ...close } : options;
  const inner = nodeOf(chart.root, chosen, isLarge ? () => [] : inside);
  return {
    id: '',
    layoutOptions: chosen,
    children: [inner],
    edges: isLarge ? edges.map(({ labels: _, ...edge }) => edge) : edges,
  };
}

/** @param laid what the layout made of `graphOf(chart)` */
export function pictureOf(chart: Chart, laid: ElkNode): Picture {
  const places = new Map<string, ElkNode>();
  const note = (node: ElkNode) => {
    places.set(node.id, node);
    for (const child of node.children ?? []) note(child);
  };
  note(laid);
  const words = wordsOf(chart);
  return {
    id: chart.id,
    version: chart.version,
    width: laid.width ?? 0,
    height: laid.height ?? 0,
    states: all(chart).map(({ state, parent }) => stateOf(state, parent, places.get(state.id))),
    transitions: transitionsOf(chart),
    lines: (laid.edges ?? []).map(edge => lineOf(edge, words.get(edge.id) ?? [])),
  };
}

function nodeOf(state: ChartState, options: LayoutOptions, under: typeof inside): ElkNode {
  const lines = [state.key, ...under(state)];
  const width = Math.max(...lines.map(line => line.length)) * letter.width + 2 * room.side;
  const height = room.title + room.top + (lines.length - 1) * letter.line;
  if (state.states.length === 0) return { id: state.id, width: Math.max(width, 64), height };
  return {
    id: state.id,
    layoutOptions: {
      ...options,
      'elk.padding': `[top=${height + 8},left=14,bottom=14,right=14]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${width},${height})`,
    },
    children: state.states.map(inner => nodeOf(inner, options, under)),
  };
}

function all({ root }: Chart): { state: ChartState; parent: string | null }[] {
  const of = (state: ChartState, parent: string | null): { state: ChartState; parent: string | null }[] => [
    { state, parent },
    ...state.states.flatMap(child => of(child, state.id)),
  ];
  return of(root, null);
}

function transitionsOf(chart: Chart): DrawnTransition[] {
  return all(chart).flatMap(({ state }) => state.transitions.map(given => ({ from: state.id, ...given })));
}

const edgeId = (from: string, to: string) => `${from} ⟶ ${to}`;

/** What stands beside each line: a word for each transition it stands for. */
function wordsOf(chart: Chart): Map<string, string[]> {
  const words = new Map<string, string[]>();
  for (const { from, targets, event, guard } of transitionsOf(chart)) {
    for (const to of targets) {
      const id = edgeId(from, to);
      const word = guard === null ? eventWord(event) : `${eventWord(event)} [${guard}]`;
      words.set(id, [...new Set([...(words.get(id) ?? []), word])]);
    }
  }
  return words;
}

function edgesOf(chart: Chart): ElkExtendedEdge[] {
  return [...wordsOf(chart)].map(([id, words]) => {
    const [from = '', to = ''] = id.split(' ⟶ ');
    const width = Math.max(...words.map(word => word.length)) * letter.width * 0.92 + 4;
    const label = { text: words.join('\n'), width, height: words.length * 15 };
    return { id, sources: [from], targets: [to], labels: [label] };
  });
}

function stateOf(
  { states: _, transitions: __, ...state }: ChartState,
  parent: string | null,
  place?: ElkNode,
): DrawnState {
  const { x = 0, y = 0, width = 0, height = 0 } = place ?? {};
  return { ...state, parent, x, y, width, height };
}

function lineOf({ id, sections = [], labels = [] }: ElkExtendedEdge, words: string[]): DrawnLine {
  const [from = '', to = ''] = id.split(' ⟶ ');
  const way = sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]);
  const [label] = labels;
  const place = label === undefined ? null : { x: label.x ?? 0, y: label.y ?? 0 };
  return { from, to, way: way.map(({ x, y }) => ({ x, y })), words, label: place };
}
