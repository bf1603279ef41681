/**
 * The package as its users get it: packed, unpacked somewhere else with its production dependencies beside it, every
 * door opened by its name, the command run. What is missing from `files` or `exports` shows only here.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'troupe-package-'));
const home = join(folder, 'node_modules/troupe');
const run = (program: string, words: string[], cwd = folder) => execFileSync(program, words, { cwd, encoding: 'utf8' });

try {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], root));
  mkdirSync(home, { recursive: true });
  run('tar', ['-xzf', join(folder, packed.filename), '--strip-components=1', '-C', home]);

  const lock: { packages: Record<string, { dev?: boolean; optional?: boolean }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  for (const [path, { dev }] of Object.entries(lock.packages)) {
    const top = /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path);
    if (top && dev !== true) cpSync(join(root, path), join(folder, path), { recursive: true });
  }

  const { exports, version }: { exports: Record<string, string>; version: string } = JSON.parse(
    readFileSync(join(home, 'package.json'), 'utf8'),
  );
  const doors = Object.keys(exports).filter(door => door !== './package.json');
  for (const door of doors) {
    const name = door.replace(/^\./, 'troupe');
    const script = `const names = Object.keys(await import('${name}')); if (names.length === 0) throw new Error('empty');`;
    run(process.execPath, ['--input-type=module', '--eval', script]);
    console.log(`${name} opens`);
  }
  const said = run(process.execPath, [join(home, 'dist/src/cli.js'), '--version']).trim();
  if (!said.includes(version)) throw new Error(`--version says "${said}", the package is ${version}`);
  console.log(`${doors.length} doors open, the command says ${said}, ${packed.entryCount} files, ${packed.size} bytes`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
