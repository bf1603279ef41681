import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ObjectDatabase } from '../../../../src/adapters/merge/tree/objects.ts';
import { findOrigins } from '../../../../src/adapters/merge/tree/origins.ts';
import { type FixtureFiles, MergeRepository } from '../tree-fixture.ts';

const text = 'one\ntwo\nthree\nfour\n';
const other = 'six\nseven\neight\nnine\n';

test.each<[string, FixtureFiles, FixtureFiles, FixtureFiles, (string | null)[]]>([
  ['at its path', { new: text }, { new: `${text}ours\n` }, { new: text }, [text, `${text}ours\n`, text]],
  ['added by both', {}, { new: text }, { new: other }, [null, text, other]],
  ['added by ours', {}, { new: text }, {}, [null, text, null]],
  ['added by theirs', { old: other }, { old: other }, { old: other, new: text }, [null, null, text]],
  ['renamed by ours', { old: text }, { new: text }, { old: `${text}theirs\n` }, [text, text, `${text}theirs\n`]],
  ['renamed by theirs', { old: text }, { old: `${text}ours\n` }, { new: text }, [text, `${text}ours\n`, text]],
  [
    'renamed with another file',
    { a: other, old: text },
    { b: other, new: text },
    { a: other, old: text },
    [text, text, text],
  ],
  ['beside a renamed file', { a: other }, { b: other, new: text }, { a: other }, [null, text, null]],
])('The versions of a merged file are found: %s', async (_, base, ours, theirs, contents) => {
  using repository = new MergeRepository();
  const place = { gitDir: repository.directory, directory: repository.directory, env: process.env };
  const objects = new ObjectDatabase(place, join(repository.directory, 'objects'));
  const [b = '', o = '', t = ''] = repository.trees([base, ours, theirs]);
  const trees = { base: b, ours: o, theirs: t };
  const found = await findOrigins({ repository: place, objects, trees }, 'new');
  const read = [found.base, found.ours, found.theirs].map(entry => entry && objects.content(entry.oid).then(String));
  expect(await Promise.all(read)).toEqual(contents);
  await objects.close();
});
