import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DataTable, Given, Then, When } from '@cucumber/cucumber';
import { cellText } from '../support/action-draft.ts';
import type { TroupeWorld } from '../support/world.ts';

Given('a repository with', async function (this: TroupeWorld, files: DataTable) {
  for (const { path = '', content = '' } of files.hashes()) this.repository.write(path, cellText(content));
  await this.repository.commit('begin');
  this.before = await this.repository.describe();
});

Given('the file {string} says', function (this: TroupeWorld, path: string, content: string) {
  this.repository.write(path, `${content}\n`);
});

Given('a hook that counts commits', function (this: TroupeWorld) {
  hook(this, `echo once >> "${join(this.folder, 'hook.log')}"`);
});

Given('a hook that refuses', function (this: TroupeWorld) {
  hook(this, 'echo "not like this" >&2; exit 1');
});

When('someone changes {string} without committing it', async function (this: TroupeWorld, path: string) {
  this.repository.write(path, 'changed\n');
});

When('someone switches to the new branch {string}', async function (this: TroupeWorld, branch: string) {
  await this.repository.git('switch', '--quiet', '--create', branch);
  this.before = await this.repository.describe();
});

When('someone commits {string}', async function (this: TroupeWorld, path: string) {
  this.repository.write(path, 'changed\n');
  await committed(this);
});

When('someone commits {string} with {string}', async function (this: TroupeWorld, path: string, content: string) {
  this.repository.write(path, cellText(content));
  await committed(this);
});

When('someone commits that {string} is removed', async function (this: TroupeWorld, path: string) {
  rmSync(join(this.repository.root, path));
  await committed(this);
});

Then('the checkout is as it was', async function (this: TroupeWorld) {
  assert.equal(await this.repository.describe(), this.before);
});

Then('nothing in the checkout is uncommitted', async function (this: TroupeWorld) {
  assert.equal(await this.repository.git('status', '--porcelain'), '');
});

Then('in the checkout only {string} is uncommitted', async function (this: TroupeWorld, path: string) {
  assert.equal(await this.repository.git('diff', '--name-only', 'HEAD'), path);
});

Then('in the checkout {string} is {string}', function (this: TroupeWorld, path: string, content: string) {
  assert.equal(this.repository.read(path), cellText(content));
});

Then('the branch {string} has not moved', async function (this: TroupeWorld, branch: string) {
  assert.equal(await this.repository.git('rev-parse', branch), head(this));
});

Then(
  'the branch {string} is 1 commit further and changes exactly',
  async function (this: TroupeWorld, branch: string, paths: DataTable) {
    assert.equal(await this.repository.git('rev-parse', `${branch}^`), head(this));
    const changed = await this.repository.git('diff', '--name-only', head(this), branch);
    assert.deepEqual(changed.split('\n'), paths.raw().flat());
  },
);

Then('the hook has run {int} time(s)', function (this: TroupeWorld, times: number) {
  const log = join(this.folder, 'hook.log');
  const runs = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').length : 0;
  assert.equal(runs, times);
});

Then('a ref of ours holds {string}', async function (this: TroupeWorld, path: string) {
  const refs = (await this.repository.git('for-each-ref', '--format=%(refname)', 'refs/troupe/')).split('\n');
  const trees = await Promise.all(refs.map(ref => this.repository.git('ls-tree', '-r', '--name-only', ref)));
  assert.ok(
    trees.some(files => files.split('\n').includes(path)),
    `none of ${refs.join(', ')} holds ${path}`,
  );
});

Then(
  'on the branch {string} {string} is {string}',
  async function (this: TroupeWorld, branch: string, path: string, content: string) {
    assert.equal(await this.repository.git('show', `${branch}:${path}`), content);
  },
);

Then('the branch {string} is 1 commit after the one before', async function (this: TroupeWorld, branch: string) {
  const [parent, before] = [`${branch}^`, 'main~1'].map(ref => this.repository.git('rev-parse', ref));
  assert.equal(await parent, await before);
});

Then('its errors name the commit before', async function (this: TroupeWorld) {
  const before = await this.repository.git('rev-parse', '--short=12', 'main~1');
  assert.ok(this.lastResult?.stderr.includes(`from ${before}`), this.lastResult?.stderr);
});

async function committed(world: TroupeWorld): Promise<void> {
  await world.repository.commit('meanwhile');
  world.before = await world.repository.describe();
}

/** The checkout's commit at the last check. */
function head(world: TroupeWorld): string {
  return world.before.split('\n', 1)[0] ?? '';
}

function hook(world: TroupeWorld, command: string): void {
  const path = '.git/hooks/pre-commit';
  world.repository.write(path, `#!/bin/sh\n${command}\n`);
  chmodSync(join(world.repository.root, path), 0o755);
}
