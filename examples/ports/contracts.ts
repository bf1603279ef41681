// What it teaches: a store and an agent of your own keep the promises that Troupe leans on, and the suites of
// `troupe/testing` show it, under whatever test runner you use; here it is Node's.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { agentSuite, storeSuite, trialTask } from 'troupe/testing';
import { greeter } from './greeter.ts';
import { journalStore } from './journal-store.ts';

const expect = (actual: unknown) => ({ toEqual: (expected: unknown) => assert.deepEqual(actual, expected) });

describe('The store in a journal', () => {
  const folders: string[] = [];
  after(() => Promise.all(folders.map(folder => rm(folder, { recursive: true }))));
  storeSuite({ test, expect }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'troupe-journal-'));
    folders.push(folder);
    return journalStore(join(folder, 'journal.jsonl'));
  });
});

describe('The greeter', () => {
  agentSuite({
    test,
    async open() {
      const directory = await mkdtemp(join(tmpdir(), 'troupe-greeter-'));
      await writeFile(join(directory, 'there.txt'), 'there');
      return {
        agent: greeter,
        directory,
        task: (role, signal) => trialTask({ role, directory, signal, key: 'greeting' }),
        work: ['HELLO.md'],
        remaining: async () => 0,
        dispose: () => rm(directory, { recursive: true }),
      };
    },
  });
});
