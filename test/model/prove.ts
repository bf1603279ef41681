/** `npm run prove [-- CHART... --json FILE]`: walks through every state of every chart, or of these, and says what holds there. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { theories } from './theories.ts';

const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
const unknown = positionals.filter(chart => !(chart in theories));
if (unknown.length > 0)
  throw new TypeError(`no chart is called ${unknown.join(', ')}: ${Object.keys(theories).join(', ')}`);
const verdicts = Object.entries(theories)
  .filter(([chart]) => positionals.length === 0 || positionals.includes(chart))
  .flatMap(([chart, prove]) => prove().verdicts.map(verdict => ({ chart, ...verdict })));

for (const { chart, theorem, states, edges, holds, path, vacuous, faults } of verdicts) {
  console.log(`${holds ? 'holds ' : 'BROKEN'} ${chart}: ${theorem} (${states} states, ${edges} edges)`);
  if (path) console.log(`         by ${path.join(' → ')}`);
  for (const claim of vacuous) console.log(`         nothing is shown by claim ${claim}: its premise never holds`);
  for (const { guard, found, path: way, thrown } of faults) {
    const missed = thrown === null ? 'NOT FOUND' : `NOT FOUND, it only throws: ${thrown}`;
    console.log(`         with a fault in ${guard}: ${found ? way.join(' → ') : missed}`);
  }
}
if (values.json !== undefined) {
  writeFileSync(
    values.json,
    `${JSON.stringify(
      verdicts.map(({ chart: _, path: __, ...verdict }) => verdict),
      null,
      2,
    )}\n`,
  );
}

const broken = verdicts.filter(({ holds, faults }) => !holds || faults.some(({ found }) => !found));
const seeded = verdicts.reduce((sum, { faults }) => sum + faults.length, 0);
console.log(
  `${verdicts.length - broken.length} of ${verdicts.length} theorems hold and find their faults (${seeded} seeded)`,
);
process.exitCode = broken.length === 0 ? 0 : 1;
