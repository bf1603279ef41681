import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { matchTests, readCoverage } from './coverage.ts';
import { readRequirements } from './read-requirements.ts';
import { taggedScenarios } from './scenarios.ts';
import { taggedTitles } from './titles.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('rows', () => {
  test('are parsed from the tables, with the row they repeat', () => {
    const markdown = '| id | what must hold |\n|---|---|\n| R1 | It holds. |\n| R2 | Same as R1. |\n\nR3 in prose.\n';
    expect(readRequirements(markdown)).toEqual([
      { id: 'R1', statement: 'It holds.', sameAs: null },
      { id: 'R2', statement: 'Same as R1.', sameAs: 'R1' },
    ]);
  });

  test('of the document have unique numbers and repeat only existing rows', () => {
    const rows = readRequirements(readFileSync(join(root, 'docs/requirements.md'), 'utf8'));
    const ids = rows.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids[0]).toBe('R1');
    expect(ids).toContain('R328');
    expect(rows.filter(({ sameAs }) => sameAs !== null && !ids.includes(sameAs))).toEqual([]);
  });
});

describe('tags', () => {
  test('are found in the titles of every form of a Vitest test', () => {
    const source = `
      describe('group [R901]', () => {
        test('plain [R902]', () => {});
        test.skip('two [R903, R904]', () => {});
        test.each([1])('each %i [R905]', () => {});
        tools.test(\`made of \${name} [R906]\`, () => {});
        it('none', () => {});
        log('not a test [R907]');
        // test('a comment [R908]')
      });`;
    expect(taggedTitles(source)).toEqual([
      { title: 'group [R901]', ids: ['R901'] },
      { title: 'plain [R902]', ids: ['R902'] },
      { title: 'two [R903, R904]', ids: ['R903', 'R904'] },
      { title: 'each %i [R905]', ids: ['R905'] },
      { title: 'made of … [R906]', ids: ['R906'] },
    ]);
  });

  test('are found on features, rules and scenarios, and apply to nested ones', () => {
    const feature = `
      @R901
      Feature: promises
        Background:
          Given a project
        @terminal @R902
        @R903
        Scenario: first
          Given nothing
        Scenario: second
        @R904
        Rule: inside
          Scenario Outline: third
    `;
    expect(taggedScenarios(feature)).toEqual([
      { title: 'first', ids: ['R901', 'R902', 'R903'] },
      { title: 'second', ids: ['R901'] },
      { title: 'third', ids: ['R901', 'R904'] },
    ]);
  });
});

describe('the coverage report', () => {
  test('counts the tests of a row for the rows that repeat it, and names tags without a row', () => {
    const rows = readRequirements('| R1 | It holds. |\n| R2 | Same as R1. |\n| R3 | It is not tested. |');
    const { entries, unknownIds } = matchTests(rows, [{ title: 'a.test.ts: a', ids: ['R1', 'R901'] }]);
    expect(entries.map(({ id, tests }) => ({ id, tests }))).toEqual([
      { id: 'R1', tests: ['a.test.ts: a'] },
      { id: 'R2', tests: ['a.test.ts: a'] },
      { id: 'R3', tests: [] },
    ]);
    expect(unknownIds).toEqual(['R901 in a.test.ts: a']);
  });

  test('of this project has no tag without a row', () => {
    expect(readCoverage(root).unknownIds).toEqual([]);
  });

  test('is printed by command and written as data, with a test or not', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'troupe-ledger-'));
    try {
      const file = join(directory, 'requirements.json');
      const words = ['--import', 'tsx', 'test/requirements/list.ts', '--json', file];
      const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root, maxBuffer: 2 ** 24 });
      const written: { id: string; tests: string[] }[] = JSON.parse(readFileSync(file, 'utf8'));
      expect(written).toEqual(readCoverage(root).entries.map(({ id, tests }) => ({ id, tests })));
      const shown = written.filter(({ tests }) => tests.length > 0).length;
      expect(stdout.trimEnd().split('\n').at(-1)).toBe(`${shown} rows with a test, ${written.length - shown} without`);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
