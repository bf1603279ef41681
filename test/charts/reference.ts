/**
 * `npm run charts`: draws every chart of machines/ to docs/charts as SVG, writes its configuration as JSON, and writes the outline of a
 * chart with positions into its file. With `--check` it writes nothing and lists the files that are out of date.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chartReference } from './draw.ts';
import { outlinedSources } from './outline.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'docs/charts');

const files = await chartReference();
const stale = existsSync(folder) ? readdirSync(folder).filter(name => !files.has(name)) : [];
const changed = [...files].filter(([name, text]) => {
  const file = join(folder, name);
  return !existsSync(file) || readFileSync(file, 'utf8') !== text;
});
const sources = (await outlinedSources()).filter(({ path, text }) => readFileSync(join(root, path), 'utf8') !== text);

if (process.argv.includes('--check')) {
  const names = [...changed.map(([name]) => name), ...stale].map(name => `docs/charts/${name}`);
  const outdated = [...names, ...sources.map(({ path }) => path)];
  for (const path of outdated) console.log(`${path} is out of date: npm run charts`);
  process.exitCode = outdated.length > 0 ? 1 : 0;
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of changed) writeFileSync(join(folder, name), text);
  for (const { path, text } of sources) writeFileSync(join(root, path), text);
  for (const name of stale) rmSync(join(folder, name));
  console.log(`${files.size} files, ${changed.length + sources.length} changed, ${stale.length} removed`);
}
