/** A tree of three levels and 60 plans, killed at seeded random moments. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../compile.ts';
import { startPostgres } from '../postgres/server.ts';
import { parseScriptFlags } from '../script-flags.ts';
import { runSoak } from './soak.ts';

const usage = `npm run soak [-- --store NAME] [--kills N] [--seed S] [--json FILE]

  --store NAME  level, or postgres: on a server of its own in a temporary folder (default level)
  --kills N     how often (default 20)
  --seed S      where the random moments begin (default 20251)
  --json FILE   write the verdict to FILE`;

const { values } = parseScriptFlags(usage, {
  options: {
    store: { type: 'string', default: 'level' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '20251' },
    json: { type: 'string' },
  },
});
if (!['level', 'postgres'].includes(values.store)) throw new RangeError('--store is level or postgres');
const server = values.store === 'postgres' ? await startPostgres() : null;
const directory = mkdtempSync(join(tmpdir(), 'troupe-soak-'));
try {
  const code = join(directory, 'code');
  mkdirSync(code);
  compile(['test/soak/child.ts'], code);
  const verdict = await runSoak({
    program: join(code, 'test/soak/child.js'),
    directory,
    url: server?.url ?? null,
    shape: [19, 19, 18],
    seed: Number(values.seed),
    kills: Number(values.kills),
    lifeMs: 4000,
    report: console.log,
  });
  const report = JSON.stringify(verdict, null, 2);
  console.log(report);
  if (values.json !== undefined) writeFileSync(values.json, `${report}\n`);
  process.exitCode = verdict.violations.length === 0 ? 0 : 1;
} finally {
  await server?.stop();
  rmSync(directory, { recursive: true, force: true });
}
