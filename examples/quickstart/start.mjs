// npm start [-- --project DIR]: runs the quickstart by the command line, as you would type it, and applies the result to a
// branch of its own. The checkout stays as it is.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { project: { type: 'string', default: '.' } } });
const here = path => fileURLToPath(new URL(path, import.meta.url));
const project = resolve(values.project);
const branch = `troupe/inventory-${Date.now().toString(36)}`;
const words = ['-C', project, 'run', '--file', here('action.yaml'), '--apply', '--yes', '--branch', branch];
console.error(`$ troupe ${words.map(word => (word.includes(' ') ? JSON.stringify(word) : word)).join(' ')}\n`);
const troupe = (...typed) =>
  spawnSync(process.execPath, [here('../../dist/cli/troupe.js'), ...typed], {
    encoding: 'utf8',
    stdio: ['inherit', 'pipe', 'inherit'],
  });
const { status, stdout } = troupe(...words);
if (status === 0) {
  const [id] = /[0-9A-Z]{26}/.exec(stdout) ?? [];
  process.stdout.write(troupe('-C', project, 'plan', 'explain', id).stdout);
}
process.stdout.write(`\n${stdout}`);
if (status === 0) console.error(`\nSee what it made:  git -C ${project} diff HEAD...${branch}`);
process.exitCode = status ?? 1;
