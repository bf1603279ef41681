/** `npm run prove [-- --json FILE]`: walks through every state of every chart and says what holds there. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { theories } from './theories.ts';

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const verdicts = Object.entries(theories).flatMap(([chart, prove]) => prove().map(verdict => ({ chart, ...verdict })));

for (const { chart, theorem, states, edges, holds, path, faults } of verdicts) {
  console.log(`${holds ? 'holds ' : 'BROKEN'} ${chart}: ${theorem} (${states} states, ${edges} edges)`);
  if (path) console.log(`         by ${path.join(' → ')}`);
  for (const fault of faults) {
    console.log(`         with a fault in ${fault.guard}: ${fault.found ? fault.path.join(' → ') : 'NOT FOUND'}`);
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
