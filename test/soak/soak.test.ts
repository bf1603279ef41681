/**
 * A real process of Troupe is killed. While a program works for it, which lives on as an orphan and does not mind being
 * asked to end: the next process that opens the store must end it, undo its unfinished work, and ask again under the same key.
 * And at random moments, while a tree of plans works: `npm run soak` in small.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listTaggedProcesses } from '../../src/adapters/process/tagged-processes.ts';
import { compile } from '../compile.ts';
import { testSeed } from '../seed.ts';
import { runSoak } from './soak.ts';

let directory = '';
let program = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'troupe-interrupted-'));
  const code = join(directory, 'code');
  mkdirSync(code);
  compile(['test/soak/child.ts'], code);
  program = join(code, 'test/soak/child.js');
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/**
 * The first time it leaves something half done and works for ever, deaf. The second time it says what it found: whether
 * the first is alive, and whether its work is there. `$HOME` is beside the project.
 */
const interrupted = `
  echo $TROUPE_PROCESS_TAG >> $HOME/keys
  if [ ! -e $HOME/pid ]; then
    trap '' TERM
    echo half > half.txt
    echo $$ > $HOME/pid
    while [ -d $HOME ]; do sleep 0.05; done
  fi
  if grep -q '^State:.[^Z]' /proc/$(cat $HOME/pid)/status 2>/dev/null; then echo 'the first is alive' >> $HOME/found; fi
  if [ -e half.txt ]; then echo 'half of it is there' >> $HOME/found; fi
  echo whole > whole.txt
`;

function prepare(name: string, executionActor: object): { folder: string; read: (file: string) => string } {
  const folder = join(directory, name);
  const project = join(folder, 'project');
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, 'a.txt'), 'one\n');
  const git = (...words: string[]) => execFileSync('git', words, { cwd: project });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Ada');
  git('config', 'user.email', 'ada@example.com');
  git('add', '.');
  git('commit', '--quiet', '--message=begin');
  writeFileSync(
    join(folder, 'action.json'),
    JSON.stringify({ name: 'local/work', description: 'work', executionActor }),
  );
  return { folder, read: file => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '') };
}

/** Kills the process while its program works, and lets another bring the plan to its end. */
async function killAndGoOn(folder: string): Promise<number> {
  const first = spawn(process.execPath, [program, folder], { stdio: 'ignore' });
  await expect.poll(() => existsSync(join(folder, 'pid')), { timeout: 30_000 }).toBe(true);
  first.kill('SIGKILL');
  await once(first, 'exit');
  const orphan = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  expect(process.kill(orphan, 0)).toBe(true);
  const second = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  expect(await once(second, 'exit')).toEqual([0, null]);
  return orphan;
}

test(
  '[R123, R136] an agent that outlived its Troupe is killed before it is called again',
  { timeout: 60_000 },
  async () => {
    const { folder, read } = prepare('agent', { kind: 'command', argv: ['sh', '-c', interrupted] });
    const orphan = await killAndGoOn(folder);
    expect(read('found')).toBe('');
    expect((await listTaggedProcesses()).filter(({ pid }) => pid === orphan)).toEqual([]);
    expect(read('project/whole.txt')).toBe('whole\n');
    expect(existsSync(join(folder, 'project/half.txt'))).toBe(false);
  },
);

test(
  '[R123] an interrupted tool call runs again under its key on the current files; finished ones do not',
  {
    timeout: 60_000,
  },
  async () => {
    const { folder, read } = prepare('tool', {
      kind: 'steps',
      steps: [
        { write: { path: 'first.txt', content: 'first\n' } },
        { run: { argv: ['sh', '-c', 'echo once >> $HOME/times; echo second > second.txt'] } },
        { run: { argv: ['sh', '-c', interrupted] } },
      ],
    });
    await killAndGoOn(folder);
    expect(read('found')).toBe('');
    expect(read('times')).toBe('once\n');
    const [key, ...others] = read('keys').trim().split('\n').slice(-2);
    expect(key).toMatch(/^[0-9A-Z]{26}\//);
    expect(others).toEqual([key]);
    expect(['first', 'second', 'whole'].map(name => read(`project/${name}.txt`))).toEqual([
      'first\n',
      'second\n',
      'whole\n',
    ]);
    expect(existsSync(join(folder, 'project/half.txt'))).toBe(false);
  },
);

test(
  '[R24, R123] a tree of plans whose process is killed at random moments has the same result, and leaves nothing behind',
  {
    timeout: 240_000,
  },
  async () => {
    const place = join(directory, 'soak');
    mkdirSync(place);
    const seed = testSeed('soak');
    const verdict = await runSoak({
      ...{ program, directory: place, seed, kills: 5, lifeMs: 2000 },
      shape: [2, 1],
    });
    console.log(JSON.stringify(verdict));
    expect(verdict.violations).toEqual([]);
    expect(verdict.kills).toBe(5);
  },
);
