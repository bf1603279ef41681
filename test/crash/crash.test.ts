/**
 * kill -9 at any moment, and what must hold afterwards: nothing acknowledged is lost, nothing is applied twice, the cut is
 * consistent, an effect never runs under two keys. Then the same with one promise broken, to see that it would be noticed.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile } from '../compile.ts';
import { seeded, seedOf } from '../seed.ts';
import { drive } from './drive.ts';
import { type Mutant, mutants } from './protocol.ts';

const kills = 50;
const seed = seedOf('kills');
let directory = '';
let program = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'troupe-crash-'));
  const code = join(directory, 'code');
  mkdirSync(code);
  compile(['test/crash/victim.ts'], code);
  program = join(code, 'test/crash/victim.js');
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function place(name: string): string {
  const path = join(directory, name);
  mkdirSync(path);
  return path;
}

test(`[R123] ${kills} kills at random moments, boot included, break no promise`, { timeout: 120_000 }, async () => {
  const verdict = await drive({ program, directory: place('real'), random: seeded(seed), kills });
  console.log(JSON.stringify(verdict));
  expect(verdict.broken).toEqual([]);
  expect(verdict.kills).toBe(kills);
  expect(verdict.killsInBoot).toBeGreaterThan(0);
  expect(verdict.commands).toBeGreaterThan(kills);
  expect(verdict.recognised + verdict.repeated).toBeGreaterThan(0);
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
    const options = { program, directory: place(mutant), random: seeded(seed), kills: 60, mutant };
    const verdict = await drive(options);
    const [finding] = findings[mutant].exec(verdict.broken.join('\n')) ?? [];
    console.log(`${mutant}: after ${verdict.kills} kills: ${finding}`);
    expect(verdict.broken.join('\n')).toMatch(findings[mutant]);
  },
);
