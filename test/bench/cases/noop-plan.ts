/**
 * A whole plan whose agents do nothing: strategize, execute and apply on a git repository of one file, with all that Troupe
 * itself does around them (reconciliation, read-only checkout, worktree, checkpoints, validation, apply).
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitProject } from '../../../src/git.ts';
import { type Agent, openTroupe, type Troupe } from '../../../src/index.ts';
import { levelStore } from '../../../src/level.ts';
import { type BenchCase, measureMs, median } from '../bench-case.ts';

const nothing: Agent = { check: async () => {}, run: async () => ({ decisions: [], summary: 'did nothing' }) };
const identity = { NAME: 'Bench', EMAIL: 'bench@example.com' };
const env = {
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  GIT_AUTHOR_NAME: identity.NAME,
  GIT_AUTHOR_EMAIL: identity.EMAIL,
  GIT_COMMITTER_NAME: identity.NAME,
  GIT_COMMITTER_EMAIL: identity.EMAIL,
};

function repository(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'README.md'), '# Nothing to do\n');
  for (const words of [
    ['init', '-q'],
    ['add', '-A'],
    ['commit', '-q', '-m', 'Begin'],
  ]) {
    execFileSync('git', words, { cwd: folder, env });
  }
  return folder;
}

async function plan(troupe: Troupe): Promise<void> {
  const made = await troupe.use({ action: 'local/idle', profile: 'full-auto', allowEmpty: true, start: true });
  let record = await made.waitUntilIdle();
  while (record.state === 'complete') {
    await (record.phase === 'execute'
      ? made.apply({ target: { kind: 'branch', branch: `b/${made.id}` } })
      : made.execute());
    record = await made.waitUntilIdle();
  }
  if (record.state !== 'applied')
    throw new Error(`The plan ended in ${record.phase}.${record.state}: ${record.errorMessage}`);
}

export const bench: BenchCase = {
  async run(context) {
    if (!context.includes('plan.noop')) return [];
    const rounds = context.size(9, 1);
    const project = gitProject(repository(context.directory()), { sandboxes: context.directory(), env });
    const troupe = await openTroupe({ store: levelStore(context.directory()), project, agents: { nothing }, env });
    try {
      await troupe.actions.create({
        name: 'idle',
        description: 'Do nothing at all',
        strategyActor: 'nothing',
        executionActor: 'nothing',
      });
      const times: number[] = [];
      for (let round = -1; round < rounds; round++) {
        const ms = await measureMs(() => plan(troupe));
        if (round >= 0) times.push(ms);
      }
      return [{ name: 'plan.noop', value: median(times), unit: 'ms', n: rounds }];
    } finally {
      await troupe.close();
    }
  },
};
