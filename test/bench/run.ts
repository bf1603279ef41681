/** Runs every case in cases/, prints its rows, then how they compare. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseScriptFlags } from '../script-flags.ts';
import type { BenchCase, BenchContext, Measurement } from './bench-case.ts';

const usage = `npm run bench [-- --json FILE] [--only NAME] [--smoke]

  --only NAME   figures whose name begins with NAME
  --smoke       every case with tiny sizes; fails unless each gives its figures
  --json FILE   write the figures to FILE`;

const { values: options } = parseScriptFlags(usage, {
  options: { json: { type: 'string' }, only: { type: 'string' }, smoke: { type: 'boolean', default: false } },
});
const tempRoot = mkdtempSync(join(tmpdir(), 'troupe-bench-'));
let folders = 0;
const context: BenchContext = {
  directory: () => join(tempRoot, String(folders++)),
  size: (full, tiny) => (options.smoke ? tiny : full),
  includes: (...names) => options.only === undefined || names.some(name => name.startsWith(options.only ?? '')),
};

const rows: Measurement[] = [];
/** What a smoke run found wrong with the measurements themselves. */
const problems: string[] = [];
const skipped: string[] = [];
try {
  const cases = new URL('cases/', import.meta.url);
  for (const file of readdirSync(fileURLToPath(cases)).toSorted()) {
    const { bench } = (await import(new URL(file, cases).href)) as { bench: BenchCase };
    if (bench.needs !== undefined && spawnSync(bench.needs, ['--version']).error !== undefined) {
      skipped.push(file);
      console.log(`${file} is left out: it needs ${bench.needs}, which is not installed`);
      continue;
    }
    const measured = await bench.run(context);
    if (measured.length === 0) problems.push(`${file} measured nothing`);
    for (const row of measured) {
      rows.push(row);
      if (!Number.isFinite(row.value)) problems.push(`${row.name} is ${row.value}`);
      console.log(`${row.name.padEnd(26)} ${formatFigure(row.value).padStart(9)} ${row.unit.padEnd(8)} n=${row.n}`);
    }
  }
  compare();
  if (options.smoke) {
    for (const problem of problems) console.error(problem);
    const left = skipped.length === 0 ? '' : `, ${skipped.join(', ')} left out`;
    console.log(`${rows.length} figures of tiny runs, which measure nothing${left}: ${problems.length} problems`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  }
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);
} finally {
  rmSync(tempRoot, { recursive: true, force: true });
}

function formatFigure(value: number): string {
  return value >= 100 ? Math.round(value).toString() : value.toFixed(1);
}

function compare(): void {
  const of = (name: string) => rows.find(row => row.name === name)?.value ?? Number.NaN;
  const claims: [string, number, string][] = [
    ['w1.power of ceiling.power', of('w1.power') / of('ceiling.power'), '>= 0.85'],
    ['w1.process of ceiling.process', of('w1.process') / of('ceiling.process'), '>= 0.80'],
    ['step with an effect, CPU of a plain actor', of('w1.invoke.cpu') / of('w1.invoke.plain.cpu'), '<= 1.15'],
    ['rows of a commit in it', of('w1.invoke.operations'), '<= 3'],
    [
      'CPU of w2.10000.process of a bare commit',
      of('w2.10000.process.cpu') / of('w2.bare.10000.process.cpu'),
      '<= 1.0',
    ],
    ['its rate of that', of('w2.10000.process') / of('w2.bare.10000.process'), '>= 0.95'],
    ['w2.10000.power of w1.power', of('w2.10000.power') / of('w1.power'), '>= 4'],
    ['w2.10000.power of w2.10000.process', of('w2.10000.power') / of('w2.10000.process'), '>= 0.85'],
    ['time per child at 10,000 of that at 100', of('w2.100.power') / of('w2.10000.power'), '<= 1.1'],
    ['restore of 10,000 actors, of 200 ms', of('restore.10000') / 200, '<= 1'],
    ['its processor time, of XState alone', of('restore.10000.cpu') / of('restore.10000.plain.cpu'), ''],
    ['bytes at 10,000 actors of those at 10', of('bytes.10000') / of('bytes.10'), '= 1'],
    ['subplan among 1,000 of one among 50', of('subplans.1000') / of('subplans.50'), '<= 1.2'],
    ['its bytes', of('subplans.1000.bytes') / of('subplans.50.bytes'), '<= 1.6'],
    ['due timers fired per second, of 5,000', of('timers.one') / 5_000, '>= 1'],
    ['the same with an actor for each', of('timers.each') / 5_000, '>= 1'],
    ['instances started per second, of 5,000', of('instances.start') / 5_000, '>= 1'],
    ['late of early ones, processor time', of('instances.start.late') / of('instances.start.early'), '<= 1.1'],
    ['disk of one that sleeps, of 1 kB', of('instances.disk') / 1_000, '<= 1'],
    ['process with 100,000 asleep, of 150 MB', of('instances.process') / 150, '<= 1'],
    ['waking one of 100,000, of 5 ms', of('instances.wake.100000') / 5, '<= 1'],
    ['its processor time, of one of 100', of('instances.wake.100000.cpu') / of('instances.wake.100.cpu'), '<= 1.1'],
    ['instances woken by timers, of 5,000 per s', of('instances.timers') / 5_000, '>= 1'],
    ['longest turn meanwhile, of 50 ms', of('timers.one.turn') / 50, '<= 1'],
    ['event loop blocked by a start, of 5 ms', of('start.server') / 5, '<= 1'],
    ['one merge of trees of a git process', of('merge.once') / of('merge.once.git'), '<= 1.5'],
    ['subplan among 200 of a git merge', of('subplans.200') / of('subplans.merge'), ''],
    ['starts of git by a plan, of 15', of('git.starts.noop') / 15, '<= 1'],
    ['plan that does nothing, of 200 ms', of('plan.noop') / 200, '<= 1'],
    ['the same after 1,000 plans', of('plan.noop.1000') / of('plan.noop'), '<= 1.15'],
    ['added to the time of an agent, of 150 ms', of('agent.overhead') / 150, '<= 1'],
    ['heap that a plan leaves, of 1 kB', of('heap.plan') / 1_000, '<= 1'],
    ['refs of ours that a plan leaves', of('refs.plan'), '<= 1'],
    ['troupe run after 1,000 plans', of('run.1000') / of('run.0'), '<= 1.15'],
    ['troupe plan list after 1,000 plans', of('list.1000') / of('list.0'), '<= 1.15'],
    ['troupe plan status after 1,000 plans', of('status.1000') / of('status.0'), '<= 1.15'],
    ['troupe gc after 1,000 plans, of 1 s', of('gc.1000') / 1000, '<= 1'],
    ['troupe doctor after 1,000 plans, of 1 s', of('doctor.1000') / 1000, '<= 1'],
    ['import of troupe, of 250 ms', of('import.troupe') / 250, '<= 1'],
    ['of troupe/durable beyond xstate, of 60 ms', (of('import.durable') - of('import.xstate')) / 60, '<= 1'],
    ['subplan in 5,000 files, of 150 ms', of('subplan.5000') / 150, '<= 1'],
    ['one among 1,000 of one among 50 there', of('subplan.5000.1000') / of('subplan.5000.50'), '<= 1.1'],
    ['subplan in 27,000 files, of 1 s', of('subplan.27000') / 1000, '<= 1'],
    ['git branch -a after 1,000 plans', of('git.branch.1000') / of('git.branch.0'), '<= 1.05'],
    ['git log --all after 1,000 plans', of('git.log.1000') / of('git.log.0'), '<= 1.05'],
    ['git fetch after 1,000 plans', of('git.fetch.1000') / of('git.fetch.0'), '<= 1.05'],
    ['troupe plan list of node -e 0', of('list.0') / of('node.start'), '<= 2.5'],
    ['troupe run, of 2 node -e 0 + 300 ms', of('run.0') / (2 * of('node.start') + 300), '<= 1'],
    ['first frame of troupe ui, of 250 ms', of('ui.first') / 250, '<= 1'],
    ['the same of node -e 0', of('ui.first') / of('node.start'), ''],
    ['the frame with the plans of node -e 0', of('ui.frame') / of('node.start'), ''],
  ];
  for (const [what, ratio, aim] of claims) {
    if (Number.isNaN(ratio)) problems.push(`"${what}" lacks a figure`);
    else console.log(`${what.padEnd(42)} ${ratio.toFixed(2).padStart(6)}   aim ${aim}`);
  }
}
