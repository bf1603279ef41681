import assert from 'node:assert/strict';
import { type DataTable, Then } from '@cucumber/cucumber';
import type { TroupeWorld } from '../support/world.ts';

Then('the findings are', async function (this: TroupeWorld, expected: DataTable) {
  const rows = expected.hashes().map(({ severity, path, line, text }) => ({
    ...{ severity, text, path: path === '' ? null : path },
    line: line === '' ? null : Number(line),
  }));
  assert.deepEqual(await this.driver.findings(), rows);
});

Then('there are no findings', async function (this: TroupeWorld) {
  assert.deepEqual(await this.driver.findings(), []);
});

Then('the message that is shown begins with {string}', async function (this: TroupeWorld, words: string) {
  this.previewedMessage = (await this.driver.message()).trimEnd();
  assert.ok(this.previewedMessage.startsWith(words.replaceAll('\\n', '\n')), this.previewedMessage);
});

Then('the message of the last commit is the one that was shown', async function (this: TroupeWorld) {
  assert.equal((await this.repository.git('log', '-1', '--format=%B')).trimEnd(), this.previewedMessage);
});
