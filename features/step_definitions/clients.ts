import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Then, When } from '@cucumber/cucumber';
import { startInShell } from '../support/drivers/shell.ts';
import type { TroupeWorld } from '../support/world.ts';

When('{string} is typed in another window', function (this: TroupeWorld, line: string) {
  const [program, ...words] = line.split(' ');
  assert.equal(program, 'troupe');
  this.background = startInShell(this.shell, words);
});

When('the work has started', async function (this: TroupeWorld) {
  const watcher = watch(this.folder);
  try {
    while (!existsSync(join(this.folder, 'started'))) await once(watcher, 'change');
  } finally {
    watcher.close();
  }
});

When('the sign to go on is given', function (this: TroupeWorld) {
  writeFileSync(join(this.folder, 'go'), '');
});

When('the other window is killed', async function (this: TroupeWorld) {
  otherCommand(this).child.kill('SIGKILL');
  await otherCommand(this).typed;
});

When('the terminal of the other window is closed', function (this: TroupeWorld) {
  otherCommand(this).child.kill('SIGHUP');
});

Then('the other window ends', async function (this: TroupeWorld) {
  await otherCommand(this).typed;
});

Then('the other window ends with {int}', async function (this: TroupeWorld, exitCode: number) {
  const typed = await otherCommand(this).typed;
  assert.equal(typed.exitCode, exitCode, typed.stdout + typed.stderr);
});

function otherCommand(world: TroupeWorld): ReturnType<typeof startInShell> {
  assert.ok(world.background, 'nothing was typed in another window');
  return world.background;
}
