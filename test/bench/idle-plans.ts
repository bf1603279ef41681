/** Plans whose agents do nothing or write one file, on a git repository of one file. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitProject } from '../../src/git.ts';
import { type Agent, openTroupe, type Troupe } from '../../src/index.ts';
import { levelStore } from '../../src/level.ts';

const nothing: Agent = { check: async () => {}, run: async () => ({ decisions: [], summary: 'did nothing' }) };

/** Writes a file of its own, so that the plan has a commit to apply. */
const writer: Agent = {
  check: async () => {},
  usesDirectory: false,
  async run({ plan, call }) {
    await call('builtin/write', { path: `made/${plan.planId}.txt`, content: plan.planId });
    return { decisions: [], summary: 'wrote a file' };
  },
};
const identity = { NAME: 'Bench', EMAIL: 'bench@example.com' };

export const idleEnvironment = {
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  GIT_AUTHOR_NAME: identity.NAME,
  GIT_AUTHOR_EMAIL: identity.EMAIL,
  GIT_COMMITTER_NAME: identity.NAME,
  GIT_COMMITTER_EMAIL: identity.EMAIL,
};

export function git(folder: string, words: readonly string[], input = ''): string {
  return execFileSync('git', words, { cwd: folder, env: idleEnvironment, input, encoding: 'utf8', maxBuffer: 1 << 28 });
}

export function makeIdleRepository(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'README.md'), '# Nothing to do\n');
  git(folder, ['init', '-q', '--initial-branch=main']);
  git(folder, ['add', '-A']);
  git(folder, ['commit', '-q', '-m', 'Begin']);
  return folder;
}

/** Where the command line has the store of a repository too. */
export const storeOf = (folder: string): string => join(folder, '.git/troupe/store');

/** Opens Troupe on a repository, with the actions `local/idle` and `local/write`. */
export async function openIdle(folder: string, env: Record<string, string> = idleEnvironment): Promise<Troupe> {
  mkdirSync(storeOf(folder), { recursive: true });
  const project = gitProject(folder, { sandboxes: `${folder}-sandboxes`, env });
  const troupe = await openTroupe({ store: levelStore(storeOf(folder)), project, agents: { nothing, writer }, env });
  for (const [name, executionActor] of Object.entries({ idle: 'nothing', write: 'writer' }))
    await troupe.actions.create({ name, description: 'A plan of the bench', strategyActor: 'nothing', executionActor });
  return troupe;
}

/** Strategizes, executes and applies one plan, and returns its id. */
export async function applyIdlePlan(troupe: Troupe, action = 'local/idle'): Promise<string> {
  const made = await troupe.use({ action, profile: 'full-auto', allowEmpty: true, start: true });
  let record = await made.waitUntilIdle();
  while (record.state === 'complete') {
    await (record.phase === 'execute'
      ? made.apply({ target: { kind: 'branch', branch: `b/${made.id}` } })
      : made.execute());
    record = await made.waitUntilIdle();
  }
  if (record.state !== 'applied')
    throw new Error(`The plan ended in ${record.phase}.${record.state}: ${record.errorMessage}`);
  return made.id;
}
