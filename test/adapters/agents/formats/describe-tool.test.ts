import { describe, expect, it } from 'vitest';
import { describeTool } from '../../../../src/adapters/agents/formats/describe-tool.ts';

describe('The description of a tool call', () => {
  it.each([
    ['Edit', { file_path: '/project/src/a.ts' }, 'edits src/a.ts'],
    ['write_file', { file_path: '/etc/x' }, 'writes /etc/x'],
    ['Bash', { command: 'npm test' }, 'runs npm test'],
    ['shell', { command: '/bin/bash -lc "npm run  build"' }, 'runs npm run build'],
    ['shell', { command: ['git', 'status'] }, 'runs git status'],
    ['shell', { command: "zsh -lc 'ls'" }, 'runs ls'],
    ['read_many_files', { paths: ['a', 'b'] }, 'reads a, b'],
    ['Grep', { pattern: 'flaky' }, 'searches flaky'],
    ['WebSearch', { query: 'vitest' }, 'searches the web for vitest'],
    ['Task', { description: 'look around' }, 'asks an agent of its own: look around'],
    ['Task', {}, 'asks an agent of its own'],
    ['TodoWrite', { todos: [] }, 'plans'],
    ['mcp__github__create_issue', { title: 'x' }, 'calls github/create_issue'],
    ['Frobnicate', { path: 'x' }, 'uses Frobnicate'],
    ['Read', null, 'reads'],
  ])('%s with %j is described as "%s…" [R230]', (name, input, line) => {
    expect(describeTool(name, input, '/project')).toBe(line);
  });

  it('is one short line [R230]', () => {
    const line = describeTool('Bash', { command: `echo '${'long\n'.repeat(100)}'` }, '/project');
    expect(line.length).toBeLessThanOrEqual(160);
    expect(line).not.toContain('\n');
  });
});
