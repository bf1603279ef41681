import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Files of the product that make what an agent is called with: whoever calls one has to. */
function makers(): string[] {
  return ['src', 'machines', 'actors'].flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map(path => join(folder, path))
      .filter(path => path.endsWith('.ts') && !path.startsWith(join('src', 'testing')))
      .filter(path =>
        /:\s*AgentTask\s*=|\bas AgentTask\b|satisfies AgentTask\b/.test(readFileSync(join(root, path), 'utf8')),
      ),
  );
}

test('the call of an agent is built in one file, and only the effects that work call it [R29]', () => {
  expect(makers()).toEqual([join('actors', 'agent-work.ts')]);
  const callers = readdirSync(join(root, 'actors')).filter(path =>
    /\b(?:agentWork|guardedWork)\(/.test(readFileSync(join(root, 'actors', path), 'utf8')),
  );
  expect(callers).toEqual([
    'agent-work.ts',
    'describe.ts',
    'estimate.ts',
    'execute.ts',
    'fix.ts',
    'guarded-work.ts',
    'judge.ts',
    'settle.ts',
    'strategize.ts',
  ]);
});
