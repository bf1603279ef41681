import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DataTable, Then, When } from '@cucumber/cucumber';
import type { TroupeWorld } from '../support/world.ts';

Then('the result changes exactly', async function (this: TroupeWorld, paths: DataTable) {
  assert.deepEqual(await this.driver.changedPaths(), paths.raw().flat());
});

Then('in the result {string} is', async function (this: TroupeWorld, path: string, content: string) {
  const diff = await this.driver.diff();
  assert.deepEqual(after(diff, path), content.trimEnd().split('\n'), diff);
});

Then(
  /^(?:in the result|the result of) "(.*)" begins with "(.*)"$/,
  async function (this: TroupeWorld, path: string, words: string) {
    const diff = await this.driver.diff();
    assert.equal(after(diff, path)[0], words, diff);
  },
);

Then('the patch adds {string}', function (this: TroupeWorld, path: string) {
  assert.match(readFileSync(this.patch, 'utf8'), new RegExp(`^\\+\\+\\+ b/${path}$`, 'm'));
});

Then(
  'the only conflict is in {string}, and {string} brought it',
  async function (this: TroupeWorld, path: string, goal: string) {
    assert.deepEqual(await this.driver.conflicts(), [{ path, goals: [goal] }]);
  },
);

Then('in the sandbox {string} contains', async function (this: TroupeWorld, path: string, lines: DataTable) {
  const { sandbox } = await (await this.library.plan()).record();
  assert.ok(sandbox !== null && existsSync(sandbox.path));
  const content = readFileSync(join(sandbox.path, path), 'utf8');
  for (const words of lines.raw().flat()) assert.ok(content.includes(words), content);
});

When('it is rolled back to {string}', async function (this: TroupeWorld, checkpoint: string) {
  const { changes, ...answer } = await this.driver.rollback(checkpoint);
  this.answer = answer;
  this.fileChanges = changes;
});

Then('the rollback did', function (this: TroupeWorld, expected: DataTable) {
  assert.deepEqual(this.fileChanges, expected.hashes());
});

Then('the check {string} passed', async function (this: TroupeWorld, name: string) {
  assert.deepEqual(await this.driver.checks(), [{ name, passed: true }]);
});

/** Returns the lines of a file after the change, as far as its diff shows them. */
function after(diff: string, path: string): string[] {
  const own = diff.split(/^diff --git /m).find(part => part.startsWith(`a/${path} `)) ?? '';
  const body = own.split('\n').slice(own.split('\n').findIndex(line => line.startsWith('@@')) + 1);
  return body.flatMap(line => (/^[ +]/.test(line) ? [line.slice(1)] : []));
}
