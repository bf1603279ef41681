/** Walks through every state of every chart and says what holds there. */
import { writeFileSync } from 'node:fs';
import { parseScriptFlags } from '../script-flags.ts';
import { models } from './models.ts';

const usage = `npm run prove [-- CHART…] [--json FILE]

  CHART…        only these charts: ${Object.keys(models).join(', ')}
  --json FILE   write the verdicts to FILE`;

const { values, positionals } = parseScriptFlags(usage, {
  options: { json: { type: 'string' } },
  allowPositionals: true,
});
const unknown = positionals.filter(chart => !(chart in models));
if (unknown.length > 0)
  throw new TypeError(`no chart is called ${unknown.join(', ')}: ${Object.keys(models).join(', ')}`);
const verdicts = Object.entries(models)
  .filter(([chart]) => positionals.length === 0 || positionals.includes(chart))
  .flatMap(([chart, prove]) => prove().verdicts.map(verdict => ({ chart, ...verdict })));

for (const { chart, property, states, edges, holds, path, vacuous, mutations } of verdicts) {
  console.log(`${holds ? 'holds ' : 'BROKEN'} ${chart}: ${property} (${states} states, ${edges} edges)`);
  if (path) console.log(`         by ${path.join(' → ')}`);
  for (const claim of vacuous) console.log(`         nothing is shown by claim ${claim}: its premise never holds`);
  for (const { guard, found, path: way, thrown } of mutations) {
    const missed = thrown === null ? 'NOT FOUND' : `NOT FOUND, it only throws: ${thrown}`;
    console.log(`         with an error in ${guard}: ${found ? way.join(' → ') : missed}`);
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

const broken = verdicts.filter(({ holds, mutations }) => !holds || mutations.some(({ found }) => !found));
const seeded = verdicts.reduce((sum, { mutations }) => sum + mutations.length, 0);
console.log(
  `${verdicts.length - broken.length} of ${verdicts.length} properties hold and find their errors (${seeded} seeded)`,
);
process.exitCode = broken.length === 0 ? 0 : 1;
