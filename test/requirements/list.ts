/** Which rows of docs/requirements.md have a test, and which have none. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseScriptFlags } from '../script-flags.ts';
import { readCoverage } from './coverage.ts';

const usage = `npm run requirements [-- --json FILE]

  --json FILE   write the rows and their tests to FILE`;

const { values } = parseScriptFlags(usage, { options: { json: { type: 'string' } } });
const { entries, unknownIds } = readCoverage(fileURLToPath(new URL('../..', import.meta.url)));

if (values.json !== undefined) {
  const rows = entries.map(({ id, tests }) => ({ id, tests }));
  writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}

const [shown, open] = [
  entries.filter(({ tests }) => tests.length > 0),
  entries.filter(({ tests }) => tests.length === 0),
];
for (const { id, statement, tests } of shown)
  console.log(`${id}  ${statement}\n${tests.map(test => `    ${test}`).join('\n')}`);
if (open.length > 0)
  console.log(`\nWithout a test:\n${open.map(({ id, statement }) => `${id}  ${statement}`).join('\n')}`);
for (const unknownId of unknownIds) console.error(`No such row: ${unknownId}`);
console.log(`\n${shown.length} rows with a test, ${open.length} without`);
process.exitCode = unknownIds.length === 0 ? 0 : 1;
