/**
 * The scenarios tagged @durable, undisturbed and then with a program that dies after every single
 * commit and is started again. Each must pass, and come to the same as if nothing had happened.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { parseScriptFlags } from '../script-flags.ts';

/** What a scenario left behind, see features/support/outcome.ts. */
interface ScenarioOutcome {
  name: string;
  crashes: number;
  outcome: unknown;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = { type: 'string' } as const;
const usage = `npm run durable [-- --tags EXPRESSION] [--json FILE] [--expected FOLDER]

  --tags EXPRESSION   fewer of them; those tagged @long are left out of \`npm test\`
  --json FILE         cucumber's report of the run that crashes
  --expected FOLDER   what an undisturbed run left (the world parameter \`outcomes\`), which then is not run again`;

const {
  tags,
  json,
  expected: earlier,
} = parseScriptFlags(usage, {
  options: { tags: text, json: text, expected: text },
}).values;
const folder = mkdtempSync(join(tmpdir(), 'troupe-outcomes-'));

try {
  const [undisturbed, dying] = [earlier ?? join(folder, 'undisturbed'), join(folder, 'crash')];
  const codes = [
    earlier === undefined ? await runScenarios('library', undisturbed, []) : 0,
    await runScenarios('crash', dying, json === undefined ? [] : ['--format', `json:${json}`]),
  ];
  const expected = readOutcomes(undisturbed);
  const found = readOutcomes(dying);
  const crashes = found.reduce((all, each) => all + each.crashes, 0);
  const astray = found.filter(each => !hasSameOutcome(each, expected));
  console.log(
    `${found.length} scenarios, ${crashes} crashes; ${astray.length} came to something else than if nothing had happened`,
  );
  const sound = codes.every(code => code === 0) && astray.length === 0 && found.every(each => each.crashes > 0);
  process.exitCode = sound && found.length > 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs the scenarios; each leaves in `outcomes` what became of it. */
function runScenarios(driver: 'library' | 'crash', outcomes: string, more: readonly string[]): Promise<number> {
  const args = [
    ...['--import', 'tsx', 'node_modules/@cucumber/cucumber/bin/cucumber.js', '--profile', 'durable'],
    ...['--world-parameters', JSON.stringify({ driver, outcomes }), '--format', 'progress', ...more],
    ...(tags === undefined ? [] : ['--tags', tags]),
  ];
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code => resolve(code ?? 1));
  });
}

function readOutcomes(left: string): ScenarioOutcome[] {
  const files = readdirSync(left).map((name): ScenarioOutcome => JSON.parse(readFileSync(join(left, name), 'utf8')));
  return files.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function hasSameOutcome({ name, crashes, outcome }: ScenarioOutcome, undisturbed: readonly ScenarioOutcome[]): boolean {
  const expected = undisturbed.find(each => each.name === name)?.outcome;
  const same = isDeepStrictEqual(outcome, expected);
  console.log(`${String(crashes).padStart(5)} crashes  ${name.split('\n', 1)[0]}`);
  if (!same) console.log(difference(expected, outcome));
  return same;
}

/** The lines that only one of the two has. */
function difference(left: unknown, right: unknown): string {
  const linesOf = (value: unknown) => (JSON.stringify(value, null, 1) ?? '').split('\n').map(line => line.trim());
  const [expected, found] = [linesOf(left), linesOf(right)];
  return [
    ...expected.filter(line => !found.includes(line)).map(line => `  - ${line}`),
    ...found.filter(line => !expected.includes(line)).map(line => `  + ${line}`),
  ].join('\n');
}
