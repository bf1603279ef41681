/** Runs every case in cases/, prints its rows, then how they compare. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Bench, Row, World } from './case.ts';

const { values: options } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' } } });
const home = mkdtempSync(join(tmpdir(), 'troupe-bench-'));
let made = 0;
const world: World = {
  directory: () => join(home, String(made++)),
  wants: (...names) => options.only === undefined || names.some(name => name.startsWith(options.only ?? '')),
};

const rows: Row[] = [];
try {
  const cases = new URL('cases/', import.meta.url);
  for (const file of readdirSync(fileURLToPath(cases)).toSorted()) {
    const { bench } = (await import(new URL(file, cases).href)) as { bench: Bench };
    for (const row of await bench.run(world)) {
      rows.push(row);
      console.log(`${row.name.padEnd(18)} ${figure(row.value).padStart(9)} ${row.unit.padEnd(8)} n=${row.n}`);
    }
  }
  compare();
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);
} finally {
  rmSync(home, { recursive: true, force: true });
}

function figure(value: number): string {
  return value >= 100 ? Math.round(value).toString() : value.toFixed(1);
}

function compare(): void {
  const of = (name: string) => rows.find(row => row.name === name)?.value ?? Number.NaN;
  const claims: [string, number, string][] = [
    ['w1.power of ceiling.power', of('w1.power') / of('ceiling.power'), '>= 0.85'],
    ['w1.process of ceiling.process', of('w1.process') / of('ceiling.process'), '>= 0.80'],
    ['w2.10000.power of w1.power', of('w2.10000.power') / of('w1.power'), '>= 4'],
    ['w2.10000.power of w2.10000.process', of('w2.10000.power') / of('w2.10000.process'), '>= 0.85'],
    ['time per child at 10,000 of that at 100', of('w2.100.power') / of('w2.10000.power'), '<= 1.1'],
    ['bytes at 10,000 actors of those at 10', of('bytes.10000') / of('bytes.10'), '= 1'],
    ['subplan among 1,000 of one among 50', of('subplans.1000') / of('subplans.50'), '<= 1.2'],
    ['its bytes', of('subplans.1000.bytes') / of('subplans.50.bytes'), '<= 1.6'],
    ['subplan among 200 of a git merge', of('subplans.200') / of('subplans.merge'), ''],
  ];
  for (const [what, ratio, aim] of claims) {
    if (!Number.isNaN(ratio)) console.log(`${what.padEnd(42)} ${ratio.toFixed(2).padStart(6)}   aim ${aim}`);
  }
}
