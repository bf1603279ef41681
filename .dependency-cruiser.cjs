/**
 * The layers of the house: one entry per row of the table in docs/ARCHITECTURE.md, type-only imports included.
 * `may` is the whole list of what a room imports besides its own files: anything else is a violation of the rule that
 * carries the room's name. test/layers.test.ts plants a violation of each and sees it found.
 */

const own = path => `^${path}/`;
const library = name => `(^|/)node_modules/(@types/)?${name}/`;
const anyLibrary = '(^|/)node_modules/';

const words = own('src/model');
const ports = own('src/ports');
const durable = own('src/durable');
const machines = own('machines');
const actors = own('actors');
const adapters = own('src/adapters');
const runtime = own('src/runtime');
const libraries = own('src/libraries');
const host = own('src/host');
const suites = own('src/testing');

/** Files directly in src/ are doors; src/cli.ts is the command line's own entrance, not a door. */
const doors = '^src/(?!(?:cli|inspector|tui)\\.ts$)[^/]+\\.ts$';
/** Types that compile without Node. */
const sharedTypes = '^src/durable/actor-state\\.ts$';
/** How values are stored: the runtime's stores and those of an application write them alike. */
const codec = '^src/durable/codec\\.ts$';
/** The inspector is a client with a door of its own. */
const inspectorDoor = '^src/inspector\\.ts$';
const chartDoor = '^machines/index\\.ts$';
const tui = '^src/tui\\.ts$';
const presentation = own('src/presentation');
/** Runs a command as if it were typed. */
const commandDriver = '^features/support/drivers/command\\.ts$';

/** Node's own modules, as dependency-cruiser names them once resolved. */
const node = { dependencyTypes: ['core'] };

/** @type {{ name: string, comment: string, from: string[], may: string[], node: boolean }[]} */
const rows = [
  {
    name: 'model',
    comment: 'The words import zod and nothing of ours.',
    from: [words],
    may: [library('zod')],
    node: false,
  },
  {
    name: 'ports',
    comment: 'Ports are interfaces over the words.',
    from: [ports],
    may: [words, library('zod')],
    node: false,
  },
  {
    name: 'durable',
    comment: 'The durable runtime works for any XState machine and knows nothing of plans.',
    from: [durable],
    may: [
      library('xstate'),
      '^src/model/(command-hint|errors|error-schema|id)\\.ts$',
      '^src/ports/(store|clock)\\.ts$',
      '^src/libraries/devalue\\.ts$',
    ],
    node: false,
  },
  {
    name: 'machines',
    comment: 'A chart is pure: xstate and the words.',
    from: [machines],
    may: [library('xstate'), words],
    node: false,
  },
  {
    name: 'actors',
    comment: 'A verb reaches the world through ports only.',
    from: [actors],
    may: [library('xstate'), words, ports, '^src/durable/effect\\.ts$'],
    node: false,
  },
  {
    name: 'adapters',
    comment: 'Adapters implement ports with libraries and Node; they know no machine, actor or runtime.',
    from: [adapters],
    may: [words, ports, libraries, anyLibrary, codec],
    node: true,
  },
  {
    name: 'libraries',
    comment: 'Each file names what we use of a library; the build puts the library in it.',
    from: [libraries],
    may: [anyLibrary],
    node: false,
  },
  {
    name: 'runtime',
    comment: 'The wiring is where machines meet actors; what is outside comes in through ports.',
    from: [runtime, host],
    may: [machines, actors, ports, words, durable, runtime, host, libraries, anyLibrary],
    node: true,
  },
  {
    name: 'testing',
    comment: 'Suites for those who write their own adapters know ports and words.',
    from: [suites],
    may: [ports, words],
    node: true,
  },
  {
    name: 'doors',
    comment: 'A door opens rooms to the outside and never leads to a client.',
    from: [doors],
    may: [runtime, host, adapters, durable, ports, words, suites, chartDoor, doors, anyLibrary],
    node: true,
  },
  {
    name: 'presentation',
    comment: 'Text and formatting that clients share; it knows no client.',
    from: [own('src/presentation')],
    may: [doors, chartDoor, words, anyLibrary],
    node: true,
  },
  {
    name: 'cli',
    comment: 'The command line uses entry points, those of the other clients included.',
    from: ['^src/cli\\.ts$', own('src/cli')],
    may: [doors, chartDoor, inspectorDoor, tui, presentation, anyLibrary],
    node: true,
  },
  {
    name: 'tui',
    comment: 'The terminal UI uses entry points.',
    from: [tui, own('src/tui')],
    may: [doors, chartDoor, presentation, anyLibrary],
    node: true,
  },
  {
    name: 'inspector',
    comment: 'The inspector uses entry points, and types that its pages share with the durable runtime.',
    from: [inspectorDoor, own('src/inspector')],
    may: [doors, chartDoor, presentation, sharedTypes, anyLibrary],
    node: true,
  },
  {
    name: 'showcase',
    comment: 'Features and examples know only the doors, as any other user.',
    from: ['^features/(?!support/drivers/command\\.ts$)', own('examples')],
    may: [doors, chartDoor, inspectorDoor, own('features'), own('examples'), anyLibrary],
    node: true,
  },
  {
    name: 'command-driver',
    comment: 'The driver of typed commands calls the command line in its own process.',
    from: [commandDriver],
    may: [own('features'), '^src/cli/(main|process-io)\\.ts$', anyLibrary],
    node: true,
  },
];

const layerRules = rows.map(({ name, comment, from, may, node: mayUseNode }) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: {
    pathNot: [...from, ...may],
    ...(mayUseNode ? { dependencyTypesNot: node.dependencyTypes } : {}),
  },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'ports-hold-no-code',
      comment: 'A port is an interface: it imports types, never values.',
      severity: 'error',
      from: { path: ports },
      to: { dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-circle',
      comment:
        'Two files that need each other, if only for types, are one file, or lack a third. What is loaded later may.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
    {
      name: 'resolvable',
      comment: 'What cannot be resolved cannot be judged by its path.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'shipped-with-what-it-needs',
      comment:
        'Code that ships imports no development dependency but a peer; the command line and src/libraries ship with what they import in their own files, and what runs from source does not ship.',
      severity: 'error',
      from: {
        path: ['^src/', machines, actors],
        pathNot: [
          '^src/(?:cli|tui)(/|\\.ts$)',
          '^src/presentation/',
          libraries,
          '^src/adapters/merge/thread/from-source\\.mjs$',
        ],
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm-peer'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
