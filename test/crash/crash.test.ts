/**
 * kill -9 at any moment, and what must hold afterwards: nothing acknowledged is lost, nothing is applied twice, the cut is
 * consistent, an effect never runs under two keys. Then the same with one promise broken, to see that it would be noticed.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile } from '../compile.ts';
import { seededRandom, testSeed } from '../seed.ts';
import { runCrashTest } from './crash-test.ts';
import { type Mutant, mutants } from './protocol.ts';

const kills = 50;
const seed = testSeed('kills');
let directory = '';
let program = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'troupe-crash-'));
  const code = join(directory, 'code');
  mkdirSync(code);
  compile(['test/crash/child.ts'], code);
  program = join(code, 'test/crash/child.js');
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function place(name: string): string {
  const path = join(directory, name);
  mkdirSync(path);
  return path;
}

test(`[R123] ${kills} kills at random moments, boot included, break no promise`, { timeout: 120_000 }, async () => {
  const verdict = await runCrashTest({ program, directory: place('real'), random: seededRandom(seed), kills });
  console.log(JSON.stringify(verdict));
  expect(verdict.violations).toEqual([]);
  expect(verdict.kills).toBe(kills);
  expect(verdict.killsInBoot).toBeGreaterThan(0);
  expect(verdict.commands).toBeGreaterThan(kills);
  expect(verdict.deduplicated + verdict.repeated).toBeGreaterThan(0);
});

const findings: Record<Mutant, RegExp> = {
  'ack before commit': /acknowledged commands only \d+ were applied/,
  'no dedup': /commands were applied (?:twice|where)/,
  'one put per actor': /cut is inconsistent|were applied and|store lost data|only \d+ were applied/,
  'no barrier': /effects ran under two keys or shared one/,
};

test.each(mutants)(
  'with the mutant "%s" the same kills find the promise it breaks',
  { timeout: 120_000 },
  async mutant => {
    const options = { program, directory: place(mutant), random: seededRandom(seed), kills: 60, mutant };
    const verdict = await runCrashTest(options);
    const [finding] = findings[mutant].exec(verdict.violations.join('\n')) ?? [];
    console.log(`${mutant}: after ${verdict.kills} kills: ${finding}`);
    expect(verdict.violations.join('\n')).toMatch(findings[mutant]);
  },
);
