/** Further repositories next to the user's own. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DataTable, Given, Then } from '@cucumber/cucumber';
import { cellText } from '../support/action-draft.ts';
import { createRepository, openRepository, type ScenarioRepository } from '../support/scenario-repository.ts';
import type { TroupeWorld } from '../support/world.ts';

Given('beside it the project {string} with', async function (this: TroupeWorld, name: string, files: DataTable) {
  const repository = await createRepository(join(this.folder, name));
  for (const { path = '', content = '' } of files.hashes()) repository.write(path, cellText(content));
  await repository.commit('begin');
});

Given('in the project {string} a hook that refuses', function (this: TroupeWorld, name: string) {
  otherRepository(this, name).write('.git/hooks/pre-commit', '#!/bin/sh\nexit 1\n');
  chmodSync(hookPath(this, name), 0o755);
});

Given('in the project {string} no hook', function (this: TroupeWorld, name: string) {
  rmSync(hookPath(this, name));
});

Given(
  'in the project {string} someone changes {string} and {string} without committing',
  function (this: TroupeWorld, name: string, first: string, second: string) {
    for (const path of [first, second]) otherRepository(this, name).write(path, 'changed\n');
  },
);

Then(
  'in the project {string} {string} is {string}',
  function (this: TroupeWorld, name: string, path: string, content: string) {
    assert.equal(otherRepository(this, name).read(path), cellText(content));
  },
);

Then('in the project {string} there is no {string}', function (this: TroupeWorld, name: string, path: string) {
  assert.ok(!existsSync(join(otherRepository(this, name).root, path)));
});

Then('the project {string} has {int} commit(s) more', async function (this: TroupeWorld, name: string, more: number) {
  assert.equal(await commits(otherRepository(this, name)), 1 + more);
});

Then('nothing was committed twice in the checkout', async function (this: TroupeWorld) {
  assert.equal(await commits(this.repository), 2);
});

Then('nothing was committed in the checkout', async function (this: TroupeWorld) {
  assert.equal(await commits(this.repository), 1);
});

Then('the checkout is as it was but for {string}', async function (this: TroupeWorld, path: string) {
  assert.equal(await this.repository.describe(), `${this.before}?? ${path}`);
});

Then(
  'git takes the patch {string} in the project {string}',
  async function (this: TroupeWorld, patch: string, name: string) {
    await otherRepository(this, name).git('apply', join(this.repository.root, patch));
  },
);

const otherRepository = (world: TroupeWorld, name: string): ScenarioRepository =>
  openRepository(join(world.folder, name));

const hookPath = (world: TroupeWorld, name: string) => join(world.folder, name, '.git', 'hooks', 'pre-commit');

/** Of the branch that is checked out. */
const commits = async ({ git }: ScenarioRepository) => Number(await git('rev-list', '--count', 'HEAD'));
