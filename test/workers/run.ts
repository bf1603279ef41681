/** Plans on workers, each a process with a folder of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../compile.ts';
import { hasPostgres } from '../postgres/server.ts';
import { parseScriptFlags } from '../script-flags.ts';
import { runKills } from './cases/kills.ts';
import { runNetwork } from './cases/network.ts';
import { runRate } from './cases/rate.ts';
import { runTree } from './cases/tree.ts';
import type { ServerName } from './queue-servers.ts';
import { hasRedis } from './redis-server.ts';

const usage = `npm run workers [-- FLAGS]

  --only NAMES      tree, kills, rate, network; separated by commas (default all)
  --servers NAMES   redis, postgres (default those that are installed)
  --store NAME      of the owner in kills: level, or postgres, where another process takes it over (default level)
  --subplans N      of all but rate (default 200)
  --kills N         in kills, and cuts in network, at least; whole plans until then (default 20)
  --seed S          where the random moments begin (default 20251)
  --json FILE       write figures and verdict to FILE`;

const { values } = parseScriptFlags(usage, {
  options: {
    only: { type: 'string', default: 'tree,kills,rate,network' },
    servers: { type: 'string' },
    store: { type: 'string', default: 'level' },
    subplans: { type: 'string', default: '200' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '20251' },
    json: { type: 'string' },
  },
});
if (!['level', 'postgres'].includes(values.store)) throw new RangeError('--store is level or postgres');
const cases = { tree: runTree, kills: runKills, rate: runRate, network: runNetwork };
const installed = [...(hasRedis ? ['redis'] : []), ...(hasPostgres ? ['postgres'] : [])];
const servers = (values.servers?.split(',') ?? installed) as ServerName[];
const directory = mkdtempSync(join(tmpdir(), 'troupe-workers-'));
const verdicts: object[] = [];
/** The records of two plans that differ are long. */
const shorten = (_: string, value: unknown) => (typeof value === 'string' ? value.slice(0, 600) : value);
try {
  const code = join(directory, 'code');
  mkdirSync(code);
  compile(['test/workers/programs/owner.ts', 'test/workers/programs/worker.ts'], code);
  const program = (name: string) => join(code, `test/workers/programs/${name}.js`);
  const programs = { owner: program('owner'), worker: program('worker') };
  const { subplans, kills, seed, store } = values;
  const numbers = { subplans: Number(subplans), kills: Number(kills), seed: Number(seed) };
  for (const name of values.only.split(',') as (keyof typeof cases)[]) {
    for (const server of servers) {
      console.log(`\n── ${name} on ${server}`);
      const verdict = await cases[name]({
        server,
        store: store as 'level' | 'postgres',
        programs,
        directory,
        ...numbers,
        report: console.log,
      });
      console.log(JSON.stringify(verdict, shorten, 2));
      verdicts.push({ case: name, server, ...verdict });
      if (verdict.violations.length > 0) process.exitCode = 1;
    }
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(verdicts, null, 2)}\n`);
