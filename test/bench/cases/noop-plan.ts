/**
 * A whole plan whose agents do nothing: strategize, execute and apply on a git repository of one file, with all that Troupe
 * itself does around them (reconciliation, read-only checkout, worktree, checkpoints, validation, apply). How long it takes,
 * also where 1,000 plans were applied before; how often it starts git; how many refs are left of each.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type BenchCase, type BenchContext, type Measurement, measureMs, median } from '../bench-case.ts';
import { applyIdlePlan, git, idleEnvironment, makeIdleRepository, openIdle } from '../idle-plans.ts';
import { makeOldPlans } from '../old-plans.ts';

/** Turn by turn with and without old plans, so that other programs slow both. */
async function times(context: BenchContext): Promise<Measurement[]> {
  const rounds = context.size(15, 1);
  const { empty, old } = await makeOldPlans(context.directory(), context.size(1_000, 5));
  const [first, later] = [await openIdle(empty), await openIdle(old)];
  const [few, many]: [number[], number[]] = [[], []];
  try {
    for (let round = context.size(-2, 0); round < rounds; round++) {
      const ms = [await measureMs(() => applyIdlePlan(first)), await measureMs(() => applyIdlePlan(later))] as const;
      if (round < 0) continue;
      few.push(ms[0]);
      many.push(ms[1]);
    }
  } finally {
    await first.close();
    await later.close();
  }
  return [
    { name: 'plan.noop', value: median(few), unit: 'ms', n: rounds },
    { name: 'plan.noop.1000', value: median(many), unit: 'ms', n: rounds },
  ];
}

/** The second plan of a process: what is started once per process, such as `cat-file --batch-command`, does not count. */
async function starts(context: BenchContext): Promise<Measurement> {
  const programs = context.directory();
  mkdirSync(programs, { recursive: true });
  const log = join(programs, 'starts');
  const search = idleEnvironment.PATH;
  const real = search.split(delimiter).map(folder => join(folder, 'git'));
  writeFileSync(
    join(programs, 'git'),
    `#!/bin/sh\necho "$1" >> '${log}'\nfor git in ${real.map(path => `'${path}'`).join(' ')}; do [ -x "$git" ] && exec "$git" "$@"; done\n`,
  );
  chmodSync(join(programs, 'git'), 0o755);
  const count = () => readFileSync(log, 'utf8').split('\n').length - 1;
  const env = { ...idleEnvironment, PATH: `${programs}${delimiter}${search}` };
  const troupe = await openIdle(makeIdleRepository(context.directory()), env);
  try {
    await applyIdlePlan(troupe);
    const before = count();
    await applyIdlePlan(troupe);
    return { name: 'git.starts.noop', value: count() - before, unit: 'starts', n: 1 };
  } finally {
    await troupe.close();
  }
}

/** Refs of ours that are there after so many applied plans with a change, of one process, without `troupe gc`. */
async function refsLeft(context: BenchContext): Promise<Measurement> {
  const plans = context.size(32, 1);
  const folder = makeIdleRepository(context.directory());
  const troupe = await openIdle(folder);
  for (let plan = 0; plan < plans; plan++) await applyIdlePlan(troupe, 'local/write');
  await troupe.close();
  const refs = git(folder, ['for-each-ref', '--format=%(refname)', 'refs/troupe']).split('\n').length - 1;
  return { name: 'refs.plan', value: refs / plans, unit: 'refs', n: plans };
}

/**
 * Heap that a finished plan leaves in its owner: the growth from the 26th plan to the 100th. The first ones fill caches and compile. The
 * keys of its commands, about a kilobyte, stay until 4,096 newer ones were applied.
 */
async function heapLeft(context: BenchContext): Promise<Measurement> {
  const [first, more] = [context.size(25, 1), context.size(75, 1)];
  const troupe = await openIdle(makeIdleRepository(context.directory()));
  const heapAfter = async (plans: number) => {
    for (let plan = 0; plan < plans; plan++) await applyIdlePlan(troupe);
    for (let pass = 0; pass < 4; pass++) globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  try {
    const before = await heapAfter(first);
    return { name: 'heap.plan', value: ((await heapAfter(more)) - before) / more, unit: 'bytes', n: more };
  } finally {
    await troupe.close();
  }
}

export const bench: BenchCase = {
  needs: 'git',
  async run(context) {
    const rows: Measurement[] = [];
    if (context.includes('git.starts.noop')) rows.push(await starts(context));
    if (context.includes('plan.noop', 'plan.noop.1000')) rows.push(...(await times(context)));
    if (context.includes('heap.plan')) rows.push(await heapLeft(context));
    if (context.includes('refs.plan')) rows.push(await refsLeft(context));
    return rows;
  },
};
