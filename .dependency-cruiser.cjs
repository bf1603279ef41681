/**
 * The layers of the code: one entry per row of the table in docs/ARCHITECTURE.md, type-only imports included.
 * `may` lists everything that a layer imports besides its own files: any other import violates the rule with the
 * layer's name. test/layers.test.ts adds a violation of each rule and expects it to be found.
 */

const own = path => `^${path}/`;
const library = name => `(^|/)node_modules/(@types/)?${name}/`;
const anyLibrary = '(^|/)node_modules/';

const model = own('src/model');
const ports = own('src/ports');
const durable = own('src/durable');
const machines = own('machines');
const actors = own('actors');
const adapters = own('src/adapters');
const runtime = own('src/runtime');
const libraries = own('src/libraries');
const host = own('src/host');
const suites = own('src/testing');

/** Files directly in src/ are entry points; src/cli.ts only starts the command line. */
const entryPoints = '^src/(?!(?:cli|inspector|tui)\\.ts$)[^/]+\\.ts$';
/** Types that compile without Node. */
const sharedTypes = '^src/durable/actor-state\\.ts$';
/** The codec of stored values: the runtime's stores and those of an application use the same. */
const codec = '^src/durable/codec\\.ts$';
/** Functions on values of the language: the durable runtime and the clients use them, too. */
const plain = '^src/model/(caught-error|optional-keys|text-order)\\.ts$';
/** The inspector is a client with its own entry point. */
const inspectorEntryPoint = '^src/inspector\\.ts$';
const chartEntryPoint = '^machines/index\\.ts$';
const tui = '^src/tui\\.ts$';
const presentation = own('src/presentation');
/** Runs a command without a process of its own. */
const commandDriver = '^features/support/drivers/command\\.ts$';

/** Node's own modules, as dependency-cruiser names them once resolved. */
const node = { dependencyTypes: ['core'] };

/** @type {{ name: string, comment: string, from: string[], may: string[], node: boolean }[]} */
const rows = [
  {
    name: 'model',
    comment: 'The domain types import zod and no other layer.',
    from: [model],
    may: [library('zod')],
    node: false,
  },
  {
    name: 'ports',
    comment: 'Ports are interfaces over the domain types.',
    from: [ports],
    may: [model, library('zod')],
    node: false,
  },
  {
    name: 'durable',
    comment: 'The durable runtime works for any XState machine and knows nothing of plans.',
    from: [durable],
    may: [
      library('xstate'),
      '^src/model/(command-hint|errors|error-schema|id)\\.ts$',
      plain,
      '^src/ports/(store|clock)\\.ts$',
      '^src/libraries/(croner|devalue)\\.ts$',
    ],
    node: false,
  },
  {
    name: 'machines',
    comment: 'A chart is pure: it imports xstate and the domain types.',
    from: [machines],
    may: [library('xstate'), model],
    node: false,
  },
  {
    name: 'actors',
    comment: 'An effect reaches the world through ports only.',
    from: [actors],
    may: [library('xstate'), model, ports, '^src/durable/effect\\.ts$'],
    node: false,
  },
  {
    name: 'adapters',
    comment: 'Adapters implement ports with libraries and Node; they know no machine, actor or runtime.',
    from: [adapters],
    may: [model, ports, libraries, anyLibrary, codec],
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
    comment: 'The runtime connects machines and actors; everything outside comes in through ports.',
    from: [runtime, host],
    may: [machines, actors, ports, model, durable, runtime, host, libraries, anyLibrary],
    node: true,
  },
  {
    name: 'testing',
    comment: 'Test suites for custom adapters import ports and domain types.',
    from: [suites],
    may: [ports, model],
    node: true,
  },
  {
    name: 'entry-points',
    comment: 'An entry point exports modules and never imports a client.',
    from: [entryPoints],
    may: [runtime, host, adapters, durable, ports, model, suites, chartEntryPoint, entryPoints, anyLibrary],
    node: true,
  },
  {
    name: 'presentation',
    comment: 'Text and formatting that clients share; it knows no client.',
    from: [own('src/presentation')],
    may: [entryPoints, chartEntryPoint, model, anyLibrary],
    node: true,
  },
  {
    name: 'cli',
    comment: 'The command line uses entry points, those of the other clients included.',
    from: ['^src/cli\\.ts$', own('src/cli')],
    may: [entryPoints, chartEntryPoint, inspectorEntryPoint, tui, presentation, plain, anyLibrary],
    node: true,
  },
  {
    name: 'tui',
    comment: 'The terminal UI uses entry points.',
    from: [tui, own('src/tui')],
    may: [entryPoints, chartEntryPoint, presentation, plain, anyLibrary],
    node: true,
  },
  {
    name: 'inspector',
    comment: 'The inspector uses entry points, and types that its pages share with the durable runtime.',
    from: [inspectorEntryPoint, own('src/inspector')],
    may: [entryPoints, chartEntryPoint, presentation, sharedTypes, plain, anyLibrary],
    node: true,
  },
  {
    name: 'showcase',
    comment: 'Features and examples import only entry points, as any application does.',
    from: ['^features/(?!support/drivers/command\\.ts$)', own('examples')],
    may: [entryPoints, chartEntryPoint, inspectorEntryPoint, own('features'), own('examples'), anyLibrary],
    node: true,
  },
  {
    name: 'command-driver',
    comment: 'The command driver calls the command line in its own process.',
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
      name: 'no-cycle',
      comment:
        'Two files that import each other, if only types, belong in one file or need a third one. Dynamic imports are allowed.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
    {
      name: 'resolvable',
      comment: 'An import that cannot be resolved cannot be checked by its path.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependencies',
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
