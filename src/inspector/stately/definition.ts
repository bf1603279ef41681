/** Charts in the Stately inspection protocol: the JSON of a machine's configuration. */
import * as z from 'zod';
import type { Chart, ChartState, ChartTransition } from '../../durable.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import type { ChartLayout, DrawnState, DrawnTransition } from '../state/events.ts';

const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const NamedConfig = z.union([z.string(), z.looseObject({ type: z.string().optional() })]);
const TransitionConfig = z.union([
  z.string(),
  z.looseObject({
    target: z.union([z.string(), z.array(z.string())]).optional(),
    guard: NamedConfig.optional(),
    actions: z.union([NamedConfig, z.array(NamedConfig)]).optional(),
  }),
]);
const TransitionConfigs = z.union([TransitionConfig, z.array(TransitionConfig)]);
type TransitionConfigs = z.infer<typeof TransitionConfigs>;
const TransitionsByEvent = z.record(z.string(), TransitionConfigs.optional());
const Invoke = z.looseObject({
  src: z.unknown().optional(),
  id: z.string().optional(),
  onDone: TransitionConfigs.optional(),
  onError: TransitionConfigs.optional(),
});

interface Config {
  id?: string | undefined;
  type?: string | undefined;
  initial?: unknown;
  tags?: string | string[] | undefined;
  entry?: z.infer<typeof NamedConfig> | z.infer<typeof NamedConfig>[] | undefined;
  exit?: z.infer<typeof NamedConfig> | z.infer<typeof NamedConfig>[] | undefined;
  invoke?: z.infer<typeof Invoke> | z.infer<typeof Invoke>[] | undefined;
  on?: Record<string, TransitionConfigs | undefined> | undefined;
  after?: Record<string, TransitionConfigs | undefined> | undefined;
  always?: TransitionConfigs | undefined;
  onDone?: TransitionConfigs | undefined;
  states?: Record<string, Config> | undefined;
}

const Actions = z.union([NamedConfig, z.array(NamedConfig)]).optional();
const Config: z.ZodType<Config> = z.looseObject({
  id: z.string().optional(),
  type: z.string().optional(),
  initial: z.unknown().optional(),
  tags: z.union([z.string(), z.array(z.string())]).optional(),
  entry: Actions,
  exit: Actions,
  invoke: z.union([Invoke, z.array(Invoke)]).optional(),
  on: TransitionsByEvent.optional(),
  after: TransitionsByEvent.optional(),
  always: TransitionConfigs.optional(),
  onDone: TransitionConfigs.optional(),
  get states() {
    return z.record(z.string(), Config).optional();
  },
});

interface Node {
  id: string;
  key: string;
  config: Config;
  parent: Node | null;
  children: Node[];
}

/** Parses the chart of a definition; null when it is invalid or has no states. */
export function parseChartDefinition(definition: string | undefined): Chart | null {
  const config = parsed(definition);
  if (config?.states === undefined || Object.keys(config.states).length === 0) return null;
  const id = config.id ?? '(machine)';
  const root = nodeOf(id, [id], config, null);
  return { id, version: null, root: stateOf(root, root) };
}

function parsed(definition: string | undefined): Config | null {
  try {
    return Config.parse(JSON.parse(definition ?? 'null'));
  } catch {
    return null;
  }
}

function nodeOf(key: string, path: string[], config: Config, parent: Node | null): Node {
  const node: Node = { id: config.id ?? path.join('.'), key, config, parent, children: [] };
  node.children = Object.entries(config.states ?? {}).map(([key, inner]) => nodeOf(key, [...path, key], inner, node));
  return node;
}

function stateOf(node: Node, root: Node): ChartState {
  const { config, children } = node;
  const initial = typeof config.initial === 'string' ? config.initial : undefined;
  return {
    id: node.id,
    key: node.key,
    type: typeOf(config, children.length > 0),
    initial: children.filter(({ key }) => key === initial).map(({ id }) => id),
    tags: list(config.tags),
    entry: list(config.entry).map(nameOf),
    exit: list(config.exit).map(nameOf),
    invokes: list(config.invoke).map(({ src, id }) => (typeof src === 'string' ? src : (id ?? 'inline'))),
    transitions: transitionsOf(node, root),
    states: children.map(child => stateOf(child, root)),
  };
}

function typeOf({ type }: Config, hasStates: boolean): ChartState['type'] {
  if (type === 'parallel' || type === 'final' || type === 'history') return type;
  return hasStates ? 'compound' : 'atomic';
}

const nameOf = (given: z.infer<typeof NamedConfig>): string =>
  typeof given === 'string' ? given : given.type || 'inline';

function transitionsOf(node: Node, root: Node): ChartTransition[] {
  const { id, config } = node;
  const { on = {}, after = {}, always, onDone, invoke } = config;
  const named: [event: string, ways: TransitionConfigs | undefined][] = [
    ...Object.entries(on),
    ...Object.entries(after).map(([delay, ways]): [string, typeof ways] => [`xstate.after.${delay}.${id}`, ways]),
    ...list(invoke).flatMap(({ id: actor = 'inline', onDone, onError }): [string, TransitionConfigs | undefined][] => [
      [`xstate.done.actor.${actor}`, onDone],
      [`xstate.error.actor.${actor}`, onError],
    ]),
    [`xstate.done.state.${id}`, onDone],
    ['', always],
  ];
  return named.flatMap(([event, ways]) =>
    list(ways).map(way => {
      const { target, guard, actions } = typeof way === 'string' ? { target: way } : way;
      return {
        event,
        targets: list(target).flatMap(to => findTargetNode(node, to, root)?.id ?? []),
        guard: guard === undefined ? null : nameOf(guard),
        actions: list(actions).map(nameOf),
      };
    }),
  );
}

/** `#id.inner`, `.child`, or the path of a sibling. */
function findTargetNode(from: Node, target: string, root: Node): Node | undefined {
  if (target.startsWith('#')) {
    const named = all(root).find(({ id }) => target === `#${id}` || target.startsWith(`#${id}.`));
    return named && inner(named, target.slice(named.id.length + 2));
  }
  return target.startsWith('.') ? inner(from, target.slice(1)) : inner(from.parent ?? from, target);
}

/** Nodes with longer ids first: an id may be the prefix of another. */
const all = (root: Node): Node[] => {
  const of = (node: Node): Node[] => [node, ...node.children.flatMap(of)];
  return of(root).sort((left, right) => right.id.length - left.id.length);
};

function inner(node: Node, path: string): Node | undefined {
  let at: Node | undefined = node;
  for (const key of path.split('.').filter(Boolean)) at = at?.children.find(child => child.key === key);
  return at;
}

/** Returns a machine's configuration for a viewer of the Stately inspection protocol. */
export function toMachineConfig({ states, transitions }: ChartLayout): object {
  const byState = new Map<string, DrawnTransition[]>();
  for (const transition of transitions) {
    byState.set(transition.from, [...(byState.get(transition.from) ?? []), transition]);
  }
  const of = (state: DrawnState): object => {
    const children = states.filter(({ parent }) => parent === state.id);
    const initial = children.find(({ id }) => state.initial.includes(id))?.key;
    return {
      id: state.id,
      ...(state.type === 'atomic' || state.type === 'compound' ? {} : { type: state.type }),
      ...omitUndefined({ initial }),
      ...(state.tags.length === 0 ? {} : { tags: state.tags }),
      ...(state.entry.length === 0 ? {} : { entry: state.entry.map(type => ({ type })) }),
      ...(state.exit.length === 0 ? {} : { exit: state.exit.map(type => ({ type })) }),
      ...(state.invokes.length === 0 ? {} : { invoke: state.invokes.map(src => ({ src })) }),
      ...transitionConfigs(byState.get(state.id) ?? []),
      ...(children.length === 0 ? {} : { states: Object.fromEntries(children.map(child => [child.key, of(child)])) }),
    };
  };
  const root = states.find(({ parent }) => parent === null);
  return root === undefined ? {} : of(root);
}

function transitionConfigs(transitions: readonly DrawnTransition[]): object {
  const on: Record<string, object[]> = {};
  const always: object[] = [];
  for (const { event, targets, guard, actions } of transitions) {
    const way = {
      ...(targets.length === 0 ? {} : { target: targets.map(id => `#${id}`) }),
      ...(guard === null ? {} : { guard: { type: guard } }),
      ...(actions.length === 0 ? {} : { actions: actions.map(type => ({ type })) }),
    };
    if (event === '') always.push(way);
    else on[event] = [...(on[event] ?? []), way];
  }
  return { ...(Object.keys(on).length === 0 ? {} : { on }), ...(always.length === 0 ? {} : { always }) };
}
