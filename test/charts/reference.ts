/**
 * `npm run charts`: draws every chart of machines/ to docs/charts as SVG, and writes its configuration as JSON. With `--check` it writes
 * nothing and lists the files that are out of date.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chartReference } from './draw.ts';

const folder = join(fileURLToPath(new URL('../..', import.meta.url)), 'docs/charts');

const files = await chartReference();
const stale = existsSync(folder) ? readdirSync(folder).filter(name => !files.has(name)) : [];
const changed = [...files].filter(([name, text]) => {
  const file = join(folder, name);
  return !existsSync(file) || readFileSync(file, 'utf8') !== text;
});

if (process.argv.includes('--check')) {
  for (const name of [...changed.map(([name]) => name), ...stale])
    console.log(`docs/charts/${name} is out of date: npm run charts`);
  process.exitCode = changed.length + stale.length > 0 ? 1 : 0;
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of changed) writeFileSync(join(folder, name), text);
  for (const name of stale) rmSync(join(folder, name));
  console.log(`${files.size} files, ${changed.length} changed, ${stale.length} removed`);
}
