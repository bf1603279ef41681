import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Fault, type StoredFault } from '../../index.ts';
import type { Io } from '../io.ts';
import { openHere } from '../open.ts';
import { findPlace } from '../place.ts';
import { count } from '../progress/sentence.ts';
import type { Context, Run } from '../verb.ts';

interface Check {
  name: string;
  status: 'well' | 'ill' | 'note';
  text: string;
}

/** Whether everything a plan needs is there. Looks at each thing by itself: one that is ill does not hide the next. */
export const run: Run = async context => {
  const repaired = context.given.has('repair') ? await repair(context) : [];
  const found = [
    ...repaired,
    nodeCheck(process.versions.node),
    await examine('git', () => gitVersion(context.io.env)),
    await examine('project', () => project(context)),
    await examine('plans', () => plans(context)),
  ];
  const checks = found.map(({ name, status, text }) => ({ name, status, text }));
  const fault = found.find(check => check.fault !== undefined)?.fault;
  const { paint } = context;
  const marks = { well: paint.green('well'), ill: paint.red('ILL '), note: paint.yellow('note') };
  return {
    data: { checks, repaired: repaired.length > 0 },
    text: checks.map(({ name, status, text }) => `${marks[status]}  ${name.padEnd(8)} ${text}`).join('\n'),
    ...(fault === undefined ? {} : { fault }),
  };
};

type Found = Check & { fault?: StoredFault };

async function examine(name: string, look: () => Promise<string>): Promise<Found> {
  try {
    return { name, status: 'well', text: await look() };
  } catch (thrown) {
    const fault = Fault.store(thrown);
    return { name, status: 'ill', text: fault.message, fault };
  }
}

/** The oldest Node the package promises to run on. */
export function nodeCheck(version: string): Found {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const name = 'node';
  if (major > 20 || (major === 20 && minor >= 19)) return { name, status: 'well', text: version };
  const text = `Node ${version} is too old; 20.19 or newer is needed`;
  const fault = new Fault('PREFLIGHT_FAILED', text, { hints: ['install Node 20.19 or newer'] });
  return { name, status: 'ill', text, fault: fault.toJSON() };
}

async function gitVersion(env: Io['env']): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['--version'], { env: { PATH: env.PATH } }).catch(cause => {
    throw new Fault('PREFLIGHT_FAILED', 'git is not installed, or not on PATH', {
      hints: ['install git 2.38 or newer'],
      cause,
    });
  });
  return checkGit(stdout.trim());
}

/** `git merge-tree --write-tree`, the merge of record, came with 2.38. */
export function checkGit(said: string): string {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(said) ?? [];
  if (Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 38)) return said.replace(/^git version /, '');
  throw new Fault('PREFLIGHT_FAILED', `${said} is too old`, { hints: ['install git 2.38 or newer'] });
}

async function project({ io, globals }: Context): Promise<string> {
  const place = await findPlace({ ...globals, env: io.env });
  const { directoryProject, gitProject } = await import('../../git.ts');
  const opened = (place.kind === 'git' ? gitProject : directoryProject)(place.root, { env: io.env });
  try {
    const { branch, commit } = await opened.head();
    const free = (await opened.spaceFree()) / 1024 ** 3;
    const sandboxes = await opened.sandboxes();
    return [
      `${place.kind} ${place.root}`,
      branch === null ? `detached at ${commit.slice(0, 8)}` : `branch ${branch}`,
      count(sandboxes.length, 'sandbox', 'sandboxes'),
      `${free.toFixed(1)} GB free`,
    ].join(' · ');
  } finally {
    await opened.close();
  }
}

async function plans(context: Context): Promise<string> {
  await using opened = await openHere(context);
  const unfinished = await opened.troupe.plans();
  return `${count(unfinished.length, 'unfinished plan')} in ${opened.place.home}`;
}

/** Mends the store in place, after a copy of it was put aside. */
async function repair(context: Context): Promise<Found[]> {
  const place = await findPlace({ ...context.globals, env: context.io.env });
  const [{ levelStore, repairLevel }, { repairStore }] = await Promise.all([
    import('../../level.ts'),
    import('../../durable.ts'),
  ]);
  const aside = `${place.store}.before-repair-${context.io.now()}`;
  const check = await examine('repair', async () => {
    await cp(place.store, aside, { recursive: true });
    await repairLevel(place.store);
    const store = await levelStore(place.store)();
    try {
      const { kept, dropped, leftovers } = await repairStore(store);
      return `${count(kept, 'actor')} whole, ${dropped.length} dropped, ${leftovers} leftovers removed; the old store is in ${aside}`;
    } finally {
      await store.close();
    }
  });
  return [check];
}
