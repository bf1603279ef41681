import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Source files that build an agent's task: every call of an agent needs one. */
function makers(): string[] {
  return ['src', 'machines', 'actors'].flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map(path => join(folder, path))
      .filter(path => path.endsWith('.ts') && !path.startsWith(join('src', 'testing')))
      .filter(path =>
        /:\s*(?:Omit<)?AgentTask(?:, '\w+'(?: \| '\w+')*>)?\s*=|\bas AgentTask\b|satisfies AgentTask\b/.test(
          readFileSync(join(root, path), 'utf8'),
        ),
      ),
  );
}

test('one file builds the task of an agent, and only the effects in which agents work call it [R29]', () => {
  expect(makers()).toEqual([join('actors', 'agent', 'run-agent.ts')]);
  const callers = readdirSync(join(root, 'actors'), { recursive: true, encoding: 'utf8' }).filter(
    path =>
      path.endsWith('.ts') &&
      /\b(?:runAgent|withCheckoutGuard)\(/.test(readFileSync(join(root, 'actors', path), 'utf8')),
  );
  expect(callers.sort()).toEqual([
    'agent/guard-checkout.ts',
    'agent/run-agent.ts',
    'apply/describe.ts',
    'attempts/choose-attempt.ts',
    'conflicts/resolve-conflict.ts',
    'phases/estimate.ts',
    'phases/execute.ts',
    'phases/fix.ts',
    'phases/review-result.ts',
    'phases/strategize.ts',
  ]);
});
