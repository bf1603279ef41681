/** Draws a chart with the layout and the drawing of the inspector. */
import { createRequire } from 'node:module';
import type { ElkNode } from 'elkjs';
import { type Chart, type ChartState, chartOf } from '../../src/durable/chart.ts';
import { toChartLayout, toLayoutGraph } from '../../src/inspector/server/chart-layout.ts';
import type { ChartLayout } from '../../src/inspector/state/events.ts';
import { chartSvg } from '../../src/inspector/view/chart-svg.ts';
import { escapeHtml } from '../../src/inspector/view/escape-html.ts';
import { type ChartFile, chartFiles } from '../machines/chart-source.ts';
import { partOfChart, statesIn, withClosedStates, withNotes } from './part-of-chart.ts';

interface ChartDrawing {
  name: string;
  path: string;
  states: number;
  transitions: number;
  pictures: { file: string; title: string }[];
  /** Names and contents, the JSON included. */
  files: Map<string, string>;
}

interface ChartPart {
  name: string;
  title: string;
  chart: Chart;
}

const Elk: new () => { layout(graph: ElkNode): Promise<ElkNode> } = createRequire(import.meta.url)(
  'elkjs/lib/elk.bundled.js',
);
const elk = new Elk();
const margin = 12;

/** The colours of the inspector, for a light and a dark page. */
const style = `
svg{color-scheme:light dark;--ground:#faf9f7;--panel:#fff;--ink:#1d1d20;--soft:#5f5f67;--line:#c9c7c0;--arrow:#77767e}
@media(prefers-color-scheme:dark){svg{--ground:#151518;--panel:#1c1c20;--ink:#ececef;--soft:#b4b4bc;--line:#4a4a51;--arrow:#9a99a1}}
.ground{fill:var(--ground)}
text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:var(--ink)}
.name{font-weight:600}
.inside,.word{font-size:11px;fill:var(--soft)}
.word{paint-order:stroke;stroke:var(--ground);stroke-width:3px}
.state rect{fill:var(--panel);stroke:var(--line)}
.outer>rect{fill:var(--ground)}
.second{fill:none}
.rule{stroke:var(--line)}
.line path{fill:none;stroke:var(--arrow)}
.tip,.start{fill:var(--arrow);stroke:var(--arrow)}`;

async function drawChart({ name, path, machine }: ChartFile): Promise<ChartDrawing> {
  const chart = chartOf(machine);
  if (chart === null) throw new TypeError(`${path} is not a machine`);
  const all = statesIn(chart.root);
  const pictures = await Promise.all(
    partsOf(name, chart).map(async part => ({ file: `${part.name}.svg`, title: part.title, svg: await draw(part) })),
  );
  return {
    name,
    path,
    states: all.length,
    transitions: all.flatMap(({ transitions }) => transitions).length,
    pictures,
    files: new Map([
      [`${name}.json`, `${JSON.stringify(machine.config, null, 2)}\n`],
      ...pictures.map(({ file, svg }) => [file, svg] as const),
    ]),
  };
}

/** A chart with positions is drawn by them, each with what is in it closed, and each of its phases on its own. */
function partsOf(name: string, chart: Chart): ChartPart[] {
  const all = statesIn(chart.root);
  const divided = new Set(
    all.filter(state => statesIn(state).some(inner => inner !== state && isPosition(inner))).map(({ id }) => id),
  );
  if (divided.size === 0) return [{ name, title: `The chart "${name}"`, chart }];
  const overview = withoutActions(withClosedStates(chart, ({ id }) => !divided.has(id)));
  const phases = all.filter(({ id, states }) => divided.has(id) && states.every(inner => !divided.has(inner.id)));
  const inPhases = new Set(phases.flatMap(phase => statesIn(phase).map(({ id }) => id)));
  const others = statesIn(overview.root).filter(({ id }) => !divided.has(id) && !inPhases.has(id));
  const parts = all.filter(
    state => state.states.length > 0 && [...phases, ...others].some(({ id }) => id === state.id),
  );
  return [
    { name, title: `The chart "${name}" by phase and state`, chart: withNotes(overview, isNear) },
    ...parts.map(({ id, key }) => {
      const part = partOfChart(chart, id);
      return {
        name: `${name}-${key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`,
        title: `The state "${key}" of the chart "${name}"`,
        chart: withNotes(part, (from, to) => isNear(from, to) && !isHub(part, to)),
      };
    }),
  ];
}

const isPosition = ({ tags }: ChartState) => tags.some(tag => tag.startsWith('state:'));

/** Whether a line between two states is short: neither is deeper than two levels below what contains both. */
function isNear(from: ChartState, to: ChartState): boolean {
  if (to.type === 'history') return false;
  const [left, right] = [from.id.split('.'), to.id.split('.')];
  const shared = left.findIndex((key, index) => key !== right[index]);
  return from.states.length === 0 && shared >= 0 && left.length - shared <= 2 && right.length - shared <= 2;
}

/** Whether many states lead to this one: drawn, their lines would hide the others. */
function isHub(chart: Chart, { id }: ChartState): boolean {
  const sources = statesIn(chart.root).filter(({ transitions }) =>
    transitions.some(({ targets }) => targets.includes(id)),
  );
  return sources.length > 4;
}

function withoutActions(chart: Chart): Chart {
  const strip = (state: ChartState): ChartState => ({
    ...state,
    entry: [],
    exit: [],
    invokes: [],
    states: state.states.map(strip),
  });
  return { ...chart, root: strip(chart.root) };
}

async function draw({ title, chart }: ChartPart): Promise<string> {
  const layout = rounded(toChartLayout(chart, await elk.layout(inOrder(toLayoutGraph(chart, false)))));
  const states = layout.states.map(({ id }) => id.split('.').at(-1)).join(', ');
  const width = layout.width + 2 * margin;
  const height = layout.height + 2 * margin;
  const head = [
    `<title id="title">${escapeHtml(title)}</title>`,
    `<desc id="desc">${escapeHtml(`States: ${states}`)}</desc>`,
    `<rect class="ground" x="${-margin}" y="${-margin}" width="${width}" height="${height}"/>`,
  ].join('\n');
  return `${chartSvg(layout, new Set(), style)
    .replace(
      /width="\d+" height="\d+" viewBox="[^"]*"/,
      `width="${width}" height="${height}" viewBox="${-margin} ${-margin} ${width} ${height}"`,
    )
    .replace(/ aria-label="[^"]*">/, ` aria-labelledby="title desc">\n${head}`)
    .replaceAll('<g class', '\n<g class')}\n`;
}

/** States are drawn in the order in which they are written, so that a loop begins where a reader begins. */
function inOrder(graph: ElkNode): ElkNode {
  const order = {
    'elk.layered.cycleBreaking.strategy': 'DEPTH_FIRST',
  };
  const layoutOptions = graph.layoutOptions && { ...graph.layoutOptions, ...order };
  return {
    ...graph,
    ...(layoutOptions && { layoutOptions }),
    ...(graph.children && { children: graph.children.map(inOrder) }),
  };
}

/** Whole pixels: what a layout engine calculates differs in the last digits from one computer to the next. */
function rounded(layout: ChartLayout): ChartLayout {
  return JSON.parse(JSON.stringify(layout), (_, value) => (typeof value === 'number' ? Math.round(value) : value));
}

/** All files of docs/charts, by name. */
export async function chartReference(): Promise<Map<string, string>> {
  const drawings = await Promise.all((await chartFiles()).map(drawChart));
  return new Map([...drawings.flatMap(({ files }) => [...files]), ['README.md', overviewPage(drawings)]]);
}

function overviewPage(drawings: readonly ChartDrawing[]): string {
  const sections = drawings.map(({ name, path, states, transitions, pictures }) => {
    const size = `${states} states, ${transitions} transitions. [Source](../../machines/${path}) · [JSON](${name}.json)`;
    return [`## ${name}`, size, ...pictures.map(({ file, title }) => `![${title}](${file})`)].join('\n\n');
  });
  const intro = [
    'Written by `npm run charts` from the machines. The JSON is the configuration of a machine without its functions, as',
    "XState's `createMachine` and the Stately editor read it. A line `event [guard] ⇒ state` is a transition that is not drawn as an arrow.",
  ];
  return `${['# Charts', intro.join('\n'), ...sections].join('\n\n')}\n`;
}
