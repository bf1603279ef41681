/**
 * Measures Troupe and the durable runtime, beside the limits of the machine in the same run. No figure is asserted.
 *
 *     npm run bench [-- --json FILE] [--only NAME] [--smoke]
 *
 * `--smoke` runs every case with tiny sizes and fails unless each gives all its figures and each comparison has both sides:
 * `npm test` does that, so that a measurement cannot break unseen.
 *
 * A measurement is one file in cases/, which exports `bench`. All of it is compiled first and run by a Node of its own with
 * nothing else loaded, as the package is.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from '../compile.ts';

const cases = readdirSync(fileURLToPath(new URL('cases', import.meta.url))).map(name => `test/bench/cases/${name}`);
const code = mkdtempSync(join(tmpdir(), 'troupe-bench-'));
try {
  compile(['test/bench/run.ts', 'src/adapters/merge/thread/merge-worker.ts', ...cases], code);
  const args = ['--expose-gc', join(code, 'test/bench/run.js'), ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(code, { recursive: true, force: true });
}
