/**
 * What a command that only reads plans loads, read from the sources: rolldown puts it into two files, and a test sees
 * that it stays small.
 */
import { readFileSync } from 'node:fs';
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
    if (!file.endsWith('.ts')) return;
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

/** What every command loads. */
export const startSteps: readonly string[] = ['src/cli/main.ts', 'src/cli/process-io.ts'];

/** What `troupe plan list` loads after that, each file loaded by the one before it when it gets there. */
export const readingSteps: readonly string[] = [
  ...['src/cli/commands/plan/list.run.ts', 'src/cli/project/agent-variables.ts', 'src/cli/project/load-project.ts'],
  ...['src/runtime/troupe.ts', 'src/adapters/stores/level-store.ts'],
];
