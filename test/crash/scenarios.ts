/**
 * `npm run durable`: the scenarios tagged @durable, undisturbed and then with a program that dies after every single
 * commit and is started again. Each must pass, and come to the same as if nothing had happened.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';

interface Testimony {
  name: string;
  deaths: number;
  outcome: Record<string, unknown>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const words = process.argv.slice(2);

function keep(driver: 'library' | 'dying', outcomes: string, more: readonly string[]): Promise<number> {
  mkdirSync(outcomes);
  const parameters = JSON.stringify({ driver, outcomes });
  const cucumber = ['--import', 'tsx', 'node_modules/@cucumber/cucumber/bin/cucumber.js', '--profile', 'durable'];
  const args = [...cucumber, '--world-parameters', parameters, '--format', 'progress', ...more];
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code => resolve(code ?? 1));
  });
}

function testimonies(folder: string): Map<string, Testimony> {
  const found = readdirSync(folder).map((name): Testimony => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  return new Map(found.map(each => [each.name, each]));
}

const folder = mkdtempSync(join(tmpdir(), 'troupe-outcomes-'));
try {
  const codes = [
    await keep(
      'library',
      join(folder, 'undisturbed'),
      words.filter((_, at) => words[at - 1] === '--tags' || words[at] === '--tags'),
    ),
    await keep('dying', join(folder, 'dying'), words),
  ];
  const expected = testimonies(join(folder, 'undisturbed'));
  const found = testimonies(join(folder, 'dying'));
  let deaths = 0;
  let differing = 0;
  for (const { name, outcome } of expected.values()) {
    const other = found.get(name);
    deaths += other?.deaths ?? 0;
    const title = name.split('\n', 1)[0];
    console.log(`${String(other?.deaths ?? 0).padStart(5)} deaths  ${title}`);
    if (isDeepStrictEqual(other?.outcome, outcome)) continue;
    differing += 1;
    console.log(`  ended otherwise than undisturbed:\n${difference(outcome, other?.outcome)}`);
  }
  console.log(`${found.size} scenarios, ${deaths} deaths, ${differing} came to something else than undisturbed`);
  const sound = codes.every(code => code === 0) && differing === 0 && deaths > 0 && found.size === expected.size;
  process.exitCode = sound ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The lines of one that the other has not. */
function difference(left: unknown, right: unknown): string {
  const [expected, actual] = [left, right].map(each => (JSON.stringify(each, null, 1) ?? '').split('\n'));
  const lines = [
    ...(expected ?? []).filter(line => !actual?.includes(line)).map(line => `  - ${line.trim()}`),
    ...(actual ?? []).filter(line => !expected?.includes(line)).map(line => `  + ${line.trim()}`),
  ];
  return lines.length > 0 ? lines.join('\n') : '  the same lines in another order or number';
}
