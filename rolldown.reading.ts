/**
 * What commands load together, read from the sources: rolldown puts it into one file each, and a test sees that what a
 * command loads that only reads plans stays small.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = import.meta.dirname;
const statement = /^(?:import|export) (?!type\b)(?:([^;'"]*?) from )?'([^']+)';/gm;

/** Entry points that only name exports of others: the bundler follows each name to its file. */
const barrels = new Set(['src/index.ts', 'src/host.ts', 'src/agents.ts', 'src/level.ts', 'src/git.ts']);

interface Import {
  /** As the other file calls them. */
  names: string[];
  /** As this file calls them. */
  localNames: string[];
  from: string;
}

/** The imports of values of a file. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(statement)].flatMap(([, clause = '', from = '']) => {
    const names = clause
      .replace(/[{}]/g, '')
      .split(',')
      .map(name => name.trim());
    const values = names.filter(name => name !== '' && !name.startsWith('type '));
    if (clause !== '' && values.length === 0) return [];
    const path = from.startsWith('.') ? relative(root, join(root, dirname(file), from)) : from;
    const sides = values.map(name => name.split(' as '));
    return [{ names: sides.map(side => side[0] ?? ''), localNames: sides.map(side => side.at(-1) ?? ''), from: path }];
  });
}

/** Every file and library that loading these files loads. */
export function loadedBy(files: readonly string[]): Set<string> {
  const loaded = new Set<string>();
  const visit = (file: string) => {
    if (loaded.has(file)) return;
    loaded.add(file);
    if (!/\.tsx?$/.test(file)) return;
    for (const { names, from } of importsOf(file)) {
      if (!barrels.has(from)) visit(from);
      else
        for (const target of importsOf(from))
          if (target.localNames.some(name => names.includes(name))) visit(target.from);
    }
  };
  for (const file of files) visit(file);
  return loaded;
}

/** These libraries and all that they depend on, unless they load it when they need it. */
export function librariesOf(names: Iterable<string>): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    const manifest = join(root, 'node_modules', name, 'package.json');
    if (found.has(name) || !existsSync(manifest)) return;
    found.add(name);
    const { dependencies = {} }: { dependencies?: Record<string, string> } = JSON.parse(readFileSync(manifest, 'utf8'));
    for (const dependency of Object.keys(dependencies)) visit(dependency);
  };
  for (const name of names) visit(name);
  return found;
}

/** What every command loads. */
export const startSteps: readonly string[] = ['src/cli/main.ts', 'src/cli/process-io.ts'];

/** What `troupe plan list` loads after that, each file loaded by the one before it when it gets there. */
export const readingSteps: readonly string[] = [
  ...['src/cli/commands/plan/list.run.ts', 'src/cli/project/agent-variables.ts', 'src/cli/project/load-project.ts'],
  ...['src/runtime/troupe.ts', 'src/adapters/stores/level-store.ts'],
];

/** What one file of the command line holds: what its steps load and no group before it holds. */
export interface Group {
  steps: readonly string[];
  /** What these load stays in files of its own, so that they do not load the group. */
  without: readonly string[];
}

/** What a command loads in addition that reads or changes one plan. */
export const planGroup: Group = {
  steps: [
    ...['src/runtime/plans/plan-handle.ts', 'src/cli/commands/plan/status.run.ts'],
    // Starting a plan needs it, and running one.
    'src/model/invariant-precedence.ts',
  ],
  without: ['src/cli/commands/profile/list.run.ts', 'src/cli/commands/init.run.ts'],
};

/** What a command loads that uses a store through its owner. */
export const clientGroup: Group = {
  steps: ['src/host/socket-transport.ts', 'src/host/reconnect.ts', 'src/host/rpc-client.ts'],
  without: [],
};

/** What a command loads that owns the store and lets others use it. */
export const servingGroup: Group = { steps: ['src/host/server.ts'], without: [] };

/** What `troupe run` and other commands load that follow a plan until it ends. */
export const followingGroup: Group = {
  steps: [
    ...['src/cli/commands/run.run.ts', 'src/cli/project/linked-projects.ts'],
    'src/runtime/actions/create-plan-spec.ts',
  ],
  without: [
    ...['agent/list', 'profile/list', 'plan/diff', 'plan/cancel', 'plan/edit', 'init', 'ui'].map(
      words => `src/cli/commands/${words}.run.ts`,
    ),
    ...['src/tui/start.tsx', 'src/runtime/actions/actions.ts'],
  ],
};

/** What a process loads that asks a project. */
export const projectGroup: Group = {
  steps: [
    ...['src/adapters/project/git/project.ts', 'src/adapters/project/directory/directory-project.ts'],
    'src/adapters/project/multi/multi-project.ts',
  ],
  without: [],
};

/** What a process loads to run a plan. */
export const workGroup: Group = {
  steps: [
    ...['src/runtime/plan-system.ts', 'src/adapters/agents/resolve-agents.ts', 'src/adapters/tools/builtin.ts'],
    ...['src/adapters/fs/glob.ts', 'src/adapters/process/process-registry.ts', 'src/adapters/process/file-writers.ts'],
    ...['src/adapters/secrets/secret-scan.ts', 'src/adapters/modules/run-invariant-module.ts'],
    ...['src/adapters/slots/machine-slots.ts', 'src/runtime/secrets/redaction.ts'],
  ],
  without: ['src/runtime/gc/clean-up.ts', 'src/cli/commands/doctor.run.ts'],
};
