/**
 * What a command that only reads plans loads: schemas and machines take longer to build than the command takes for everything
 * else. Read from the sources, so that no build is needed.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const statement = /^(?:import|export) (?!type\b)(?:([^;'"]*?) from )?'([^']+)';/gm;

/** Entry points that only name exports of others: the bundler follows each name to its file. */
const barrels = new Set(['src/index.ts', 'src/host.ts', 'src/agents.ts', 'src/level.ts', 'src/git.ts']);

interface Import {
  names: string[];
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
    return [{ names: values.map(name => name.split(' as ')[0] ?? ''), from: path }];
  });
}

/** Every file and library that loading these files loads. */
function loadedBy(files: readonly string[]): Set<string> {
  const loaded = new Set<string>();
  const visit = (file: string) => {
    if (loaded.has(file)) return;
    loaded.add(file);
    if (!file.endsWith('.ts')) return;
    for (const { names, from } of importsOf(file)) {
      if (!barrels.has(from)) visit(from);
      else
        for (const target of importsOf(from)) if (target.names.some(name => names.includes(name))) visit(target.from);
    }
  };
  for (const file of files) visit(file);
  return loaded;
}

/** What `troupe plan list` loads, each file loaded by the one before it when it gets there. */
const steps = [
  ...['src/cli/main.ts', 'src/cli/process-io.ts', 'src/cli/commands/plan/list.run.ts'],
  ...['src/cli/project/agent-variables.ts', 'src/cli/project/load-project.ts'],
  ...['src/runtime/troupe.ts', 'src/adapters/stores/level-store.ts'],
];

test('A command that lists plans loads no schemas, no machines, no git and no agents [R321]', () => {
  const loaded = [...loadedBy(steps)];
  expect(loaded.length).toBeGreaterThan(60);
  expect(loaded).toEqual(expect.arrayContaining(['level', 'src/runtime/records/ledger.ts', 'src/open-troupe.ts']));
  const heavy =
    /^(?:zod|xstate|yaml|simple-git|react|ink|machines\/|actors\/|src\/adapters\/(?:project|merge|tools)\/)/;
  expect(loaded.filter(file => heavy.test(file))).toEqual([]);
});

test('What a command loads in vain is found', () => {
  expect([...loadedBy(['src/model/plan.ts'])]).toContain('zod');
  expect([...loadedBy(['src/runtime/plan-system.ts'])]).toContain('xstate');
});
