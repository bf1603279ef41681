/**
 * What a command that only reads plans loads, and the terminal UI: schemas and machines take longer to build than the command
 * takes for everything else. Read from the sources, so that no build is needed.
 */
import { expect, test } from 'vitest';
import { clientGroup, loadedBy, projectGroup, readingSteps, startSteps } from '../../rolldown.reading.ts';

test('A command that lists plans loads no schemas, no machines, no git and no agents [R321]', () => {
  const loaded = [...loadedBy([...startSteps, ...readingSteps])];
  expect(loaded.length).toBeGreaterThan(60);
  expect(loaded).toEqual(expect.arrayContaining(['level', 'src/runtime/records/ledger.ts', 'src/open-troupe.ts']));
  const heavy =
    /^(?:zod|xstate|yaml|simple-git|react|ink|machines\/|actors\/|src\/adapters\/(?:project|merge|tools)\/)/;
  expect(loaded.filter(file => heavy.test(file))).toEqual([]);
});

test('The terminal UI shows its first frame without schemas, and the plans without YAML', () => {
  const first = [...loadedBy([...startSteps, 'src/cli/commands/ui.run.ts'])];
  expect(first).toContain('src/tui/terminal-screen.ts');
  expect(first.filter(file => /^(?:zod|yaml|react|ink)/.test(file))).toEqual([]);
  const then = [...loadedBy([...clientGroup.steps, 'src/tui/start.tsx'])];
  expect(then).toEqual(expect.arrayContaining(['ink', 'src/tui/app.tsx', 'src/host/connection.ts']));
  expect(then.filter(file => /^(?:yaml|machines\/|actors\/)/.test(file))).toEqual([]);
});

test('A process that asks a git project loads no parsers of files before it merges', () => {
  const loaded = [...loadedBy(projectGroup.steps)];
  expect(loaded).toContain('src/adapters/merge/tree/resolve.ts');
  expect(loaded.filter(file => /^src\/(?:adapters\/merge\/structure\/|libraries\/(?:toml|yaml))/.test(file))).toEqual(
    [],
  );
});

test('What a command loads in vain is found', () => {
  expect([...loadedBy(['src/model/plan.ts'])]).toContain('zod');
  expect([...loadedBy(['src/runtime/plan-system.ts'])]).toContain('xstate');
});
