/** Plans with very many subplans, and what they cost. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseScriptFlags } from '../script-flags.ts';
import { runScale, type ScaleFigures, type ScaleShape } from './scale.ts';

const shapes: readonly ScaleShape[] = [
  { name: '200 over 5,000 files', files: 5_000, widths: [200], maxParallel: 16, runsEvery: 10 },
  { name: '1,000 over 20 files', files: 20, widths: [1_000], maxParallel: 16 },
  { name: 'three levels', files: 200, widths: [4, 4, 4], maxParallel: 4, needsEvery: 2, runsEvery: 4 },
];

const usage = `npm run scale [-- --only NAME] [--json FILE]

  --only NAME   one of the shapes: ${shapes.map(({ name }) => `"${name}"`).join(', ')}
  --json FILE   write the figures to FILE`;

const { values } = parseScriptFlags(usage, { options: { only: { type: 'string' }, json: { type: 'string' } } });
const figures: ScaleFigures[] = [];
for (const shape of shapes.filter(({ name }) => values.only === undefined || name === values.only)) {
  const directory = mkdtempSync(join(tmpdir(), 'troupe-scale-'));
  try {
    figures.push(await runScale(shape, directory));
    console.log(JSON.stringify(figures.at(-1), null, 2));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
process.exitCode = figures.every(({ violations }) => violations.length === 0) ? 0 : 1;
