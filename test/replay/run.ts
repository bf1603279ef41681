/**
 * Replays the merges of a git repository: ours against git, and both against what people recorded.
 *
 *     npm run replay -- REPOSITORY [--limit N] [--deal] [--trees] [--show N] [--json FILE] [--seed N]
 *
 *   --limit N   newest merges only (1,000 unless told)
 *   --deal      for a history without merges: what each commit changed is dealt to two sides, whose merge must be the commit
 *   --trees     whole trees as well, with and without git
 *   --show N    of each kind of difference, N places
 *   --json FILE the figures
 *
 * The repository is only read. Ends with 1 where a clean merge lost a line, or has other bytes than git's.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { replay } from './replay.ts';
import { report } from './report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    limit: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    show: { type: 'string', default: '0' },
    json: { type: 'string' },
    deal: { type: 'boolean', default: false },
    trees: { type: 'boolean', default: false },
  },
});
const [from] = positionals;
if (from === undefined) throw new Error('npm run replay -- REPOSITORY');

const directory = mkdtempSync(join(tmpdir(), 'troupe-replay-'));
try {
  const { deal, trees } = values;
  const figures = await replay({
    from: resolve(from),
    directory,
    limit: Number(values.limit),
    seed: Number(values.seed),
    deal,
    trees,
  });
  const { text, sound } = report(figures, Number(values.show));
  console.log(text);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
  process.exitCode = sound ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
