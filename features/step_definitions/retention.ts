import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { When } from '@cucumber/cucumber';
import type { TroupeWorld } from '../support/world.ts';

When('line {int} of {string} is dropped', function (this: TroupeWorld, line: number, path: string) {
  const file = join(this.repository.root, path);
  const lines = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, lines.toSpliced(line - 1, 1).join('\n'));
});

When('the newest file of the store is cut short', function (this: TroupeWorld) {
  const store = join(this.repository.root, '.git', 'troupe', 'store');
  const newest = readdirSync(store)
    .filter(name => /\.(log|ldb)$/.test(name))
    .map(name => join(store, name))
    .filter(file => statSync(file).size > 0)
    .sort()
    .at(-1);
  assert.ok(newest !== undefined, 'the store has no file with rows');
  truncateSync(newest, Math.floor(statSync(newest).size / 2));
});
