/** Replays the merges of a git repository: ours against git, and both against what people recorded. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseScriptFlags } from '../script-flags.ts';
import { replay } from './replay.ts';
import { report } from './report.ts';

const usage = `npm run replay -- REPOSITORY [--limit N] [--split] [--trees] [--show N] [--json FILE] [--seed N]

  --limit N    replay the N newest merges (default 1000)
  --split      for a history without merges: split the changes of each commit between two sides, whose merge must be the commit
  --trees      merge whole trees as well, with and without git
  --show N     print N examples of each kind of difference
  --json FILE  write the figures to FILE
  --seed N     the seed of --split (default 1)
  --help       print this text

Replay does not change the repository. The exit code is 1 if a clean merge lost a line or differs from the merge of git.`;

const { values, positionals } = parseScriptFlags(usage, {
  allowPositionals: true,
  options: {
    limit: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    show: { type: 'string', default: '0' },
    json: { type: 'string' },
    split: { type: 'boolean', default: false },
    trees: { type: 'boolean', default: false },
  },
});
const [from] = positionals;
if (from === undefined) {
  console.error(usage);
  process.exit(2);
}

const directory = mkdtempSync(join(tmpdir(), 'troupe-replay-'));
try {
  const { split, trees } = values;
  const figures = await replay({
    from: resolve(from),
    directory,
    limit: Number(values.limit),
    seed: Number(values.seed),
    split,
    trees,
  });
  const { text, sound } = report(figures, Number(values.show));
  console.log(text);
  if (values.json !== undefined) {
    // The contents are in the repository, and more than one string can hold.
    const files = figures.files.map(({ of: { commit, path }, ...figure }) => ({ commit, path, ...figure }));
    writeFileSync(values.json, `${JSON.stringify({ ...figures, files }, null, 2)}\n`);
  }
  process.exitCode = sound ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
