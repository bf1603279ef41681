import { chmod, link, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createToolHarness } from '../tool-harness.ts';

const failed = (text: string) => ({ code: 'TOOL_FAILED', retriable: false, message: expect.stringContaining(text) });

describe('read', () => {
  test('returns the text of a file and its size', async () => {
    await using harness = await createToolHarness({ 'a/b.txt': 'grüße\r\n' });
    expect(await harness.call('read', { path: './a//b.txt' })).toEqual({
      path: 'a/b.txt',
      content: 'grüße\r\n',
      encoding: 'utf8',
      bytes: 9,
      truncated: false,
    });
  });

  test('returns a large file in parts that do not split a character', async () => {
    await using harness = await createToolHarness({ 'a.txt': 'a€b𝄞c' });
    const pieces: string[] = [];
    for (let offset = 0; ; offset = Buffer.byteLength(pieces.join(''))) {
      const piece = (await harness.call('read', { path: 'a.txt', offset, bytesMax: 4 })) as {
        content: string;
        truncated: boolean;
      };
      pieces.push(piece.content);
      if (!piece.truncated) break;
    }
    expect(pieces).toEqual(['a€', 'b', '𝄞', 'c']);
    expect(await harness.call('read', { path: 'a.txt', offset: 100 })).toMatchObject({ content: '', truncated: false });
  });

  test('returns binary content as base64, unchanged', async () => {
    await using harness = await createToolHarness();
    const bytes = Buffer.from([0xff, 0x00, 0x80, 0xbf, 0xbf]);
    await writeFile(join(harness.directory, 'a.bin'), bytes);
    const read = async (bytesMax: number) =>
      (await harness.call('read', { path: 'a.bin', bytesMax })) as { content: string; encoding: string };
    expect(await read(100)).toMatchObject({ encoding: 'base64', content: bytes.toString('base64') });
    expect(await read(4)).toMatchObject({ encoding: 'base64', content: bytes.subarray(0, 4).toString('base64') });
  });

  test('fails if the file is missing, or is a folder', async () => {
    await using harness = await createToolHarness({ 'a/b.txt': '' });
    await expect(harness.call('read', { path: 'none' })).rejects.toMatchObject(failed('no file none'));
    await expect(harness.call('read', { path: 'a' })).rejects.toMatchObject(failed('a is not a file'));
  });
});

describe('write', () => {
  test('creates the file and its folders, or replaces the file', async () => {
    await using harness = await createToolHarness();
    const write = (content: string) => harness.call('write', { path: 'x/y/z.txt', content });
    expect(await write('one')).toEqual({ path: 'x/y/z.txt', bytes: 3, created: true });
    expect(await write('é')).toEqual({ path: 'x/y/z.txt', bytes: 2, created: false });
    expect(await harness.read('x/y/z.txt')).toBe('é');
  });

  test('decodes binary content from base64', async () => {
    await using harness = await createToolHarness();
    await harness.call('write', { path: 'a', content: Buffer.from('raw').toString('base64'), encoding: 'base64' });
    expect(await harness.read('a')).toBe('raw');
  });

  test('keeps the mode of a file unless another is given', async () => {
    await using harness = await createToolHarness({ 'run.sh': '' });
    const mode = async () => (await stat(join(harness.directory, 'run.sh'))).mode & 0o777;
    await chmod(join(harness.directory, 'run.sh'), 0o755);
    await harness.call('write', { path: 'run.sh', content: '#!/bin/sh\n' });
    expect(await mode()).toBe(0o755);
    await harness.call('write', { path: 'run.sh', content: '', executable: false });
    expect(await mode()).toBe(0o644);
    await harness.call('write', { path: 'run.sh', content: '', executable: true });
    expect(await mode()).toBe(0o755);
  });

  test.each([
    ['write', { content: 'new' }, 'new'],
    ['edit', { find: 'old', replace: 'new' }, 'new text'],
  ])('%s replaces a file with hard links, which keep their content; its mode stays [R192]', async (tool, input, text) => {
    await using harness = await createToolHarness();
    await using outside = await createToolHarness({ 'run.sh': 'old text' });
    const [here, there] = [join(harness.directory, 'run.sh'), join(outside.directory, 'run.sh')];
    await chmod(there, 0o750);
    await link(there, here);
    await harness.call(tool, { path: 'run.sh', ...input });
    expect([await harness.read('run.sh'), await outside.read('run.sh')]).toEqual([text, 'old text']);
    expect([await stat(here), await stat(there)].map(({ mode, nlink }) => [mode & 0o777, nlink])).toEqual([
      [0o750, 1],
      [0o750, 1],
    ]);
    await link(there, join(harness.directory, 'again.sh'));
    await harness.call('write', { path: 'again.sh', content: '', executable: false });
    expect((await stat(there)).mode & 0o777).toBe(0o750);
  });

  test('does not create a folder in place of a file', async () => {
    await using harness = await createToolHarness({ a: '' });
    const write = harness.call('write', { path: 'a/b', content: '' });
    await expect(write).rejects.toMatchObject(failed('a/b cannot be written'));
  });

  test('does not overwrite a folder', async () => {
    await using harness = await createToolHarness({ 'a/b': '' });
    await expect(harness.call('write', { path: 'a', content: '' })).rejects.toMatchObject(failed('a is not a file'));
  });
});

describe('edit', () => {
  test('replaces text that occurs once, and nothing else in the file', async () => {
    await using harness = await createToolHarness({ a: 'x\r\nold $& end' });
    expect(await harness.call('edit', { path: 'a', find: 'old $&', replace: '$& $1 new' })).toEqual({
      path: 'a',
      replacements: 1,
    });
    expect(await harness.read('a')).toBe('x\r\n$& $1 new end');
  });

  test('fails if the text occurs several times, unless all are to be replaced', async () => {
    await using harness = await createToolHarness({ a: 'b b b' });
    await expect(harness.call('edit', { path: 'a', find: 'b', replace: 'c' })).rejects.toMatchObject(failed('3 times'));
    expect(await harness.read('a')).toBe('b b b');
    expect(await harness.call('edit', { path: 'a', find: 'b', replace: 'c', all: true })).toMatchObject({
      replacements: 3,
    });
    expect(await harness.read('a')).toBe('c c c');
  });

  test('fails if the text or the file is missing, or the file is binary', async () => {
    await using harness = await createToolHarness({ a: 'b' });
    await writeFile(join(harness.directory, 'bin'), Buffer.from([0x62, 0xff]));
    const edit = (path: string) => harness.call('edit', { path, find: 'c', replace: 'd' });
    await expect(edit('a')).rejects.toMatchObject(failed('does not occur'));
    await expect(edit('none')).rejects.toMatchObject(failed('no file none'));
    await expect(edit('bin')).rejects.toMatchObject(failed('not UTF-8'));
  });
});

describe('delete', () => {
  test('removes a file, and a folder only if recursive', async () => {
    await using harness = await createToolHarness({ a: '', 'b/c/d': '' });
    await harness.call('delete', { path: 'a' });
    await expect(harness.call('delete', { path: 'b' })).rejects.toMatchObject(failed('recursive: true'));
    await harness.call('delete', { path: 'b', recursive: true });
    expect(await readdir(harness.directory)).toEqual([]);
  });

  test('removes a link and keeps its target', async () => {
    await using harness = await createToolHarness();
    await using other = await createToolHarness({ kept: 'kept' });
    await symlink(other.directory, join(harness.directory, 'link'));
    expect(await harness.call('delete', { path: 'link', recursive: true })).toEqual({ path: 'link' });
    expect(await other.read('kept')).toBe('kept');
  });

  test('fails if the path is missing, and never deletes the project', async () => {
    await using harness = await createToolHarness();
    await expect(harness.call('delete', { path: 'none' })).rejects.toMatchObject(failed('no file none'));
    await expect(harness.call('delete', { path: '.', recursive: true })).rejects.toMatchObject(
      failed('project itself'),
    );
  });
});

describe('list', () => {
  const files = { 'b.txt': '', 'a/x.ts': '', 'a/y.js': '', '.git/config': '' };

  test('shows a folder in order, without files of git', async () => {
    await using harness = await createToolHarness(files);
    await symlink('b.txt', join(harness.directory, 'c'));
    expect(await harness.call('list', {})).toEqual({
      entries: [
        { path: 'a', type: 'folder' },
        { path: 'b.txt', type: 'file' },
        { path: 'c', type: 'link' },
      ],
      truncated: false,
    });
  });

  test('lists recursively on request, and limits the result by a glob and a count', async () => {
    await using harness = await createToolHarness(files);
    const paths = async (input: object) =>
      ((await harness.call('list', { recursive: true, ...input })) as { entries: { path: string }[] }).entries.map(
        ({ path }) => path,
      );
    expect(await paths({})).toEqual(['a', 'a/x.ts', 'a/y.js', 'b.txt']);
    expect(await paths({ glob: '**/*.ts' })).toEqual(['a/x.ts']);
    expect(await paths({ path: 'a' })).toEqual(['a/x.ts', 'a/y.js']);
    expect(await harness.call('list', { entriesMax: 1 })).toMatchObject({ entries: [{ path: 'a' }], truncated: true });
  });

  test('fails for a path that is not a folder', async () => {
    await using harness = await createToolHarness(files);
    await expect(harness.call('list', { path: 'b.txt' })).rejects.toMatchObject(failed('no folder b.txt'));
  });
});

describe('search', () => {
  const files = { 'a.txt': 'one\r\nTwo (x)\n', 'd/b.ts': 'two (x) two\n', 'c.bin': 'two\0' };

  test('finds literal text with its position', async () => {
    await using harness = await createToolHarness(files);
    expect(await harness.call('search', { text: 'two (x)' })).toEqual({
      matches: [{ path: 'd/b.ts', line: 1, text: 'two (x) two' }],
      truncated: false,
    });
    expect(await harness.call('search', { text: 'TWO', caseSensitive: false })).toMatchObject({
      matches: [
        { path: 'a.txt', line: 2, text: 'Two (x)' },
        { path: 'd/b.ts', line: 1 },
      ],
    });
  });

  test('limits the search to a file, a glob, a count, and files below a size limit', async () => {
    await using harness = await createToolHarness({ ...files, 'big.txt': 'one'.repeat(700_000) });
    const search = (input: object) => harness.call('search', { text: 'o', ...input });
    expect(await search({ path: 'a.txt' })).toMatchObject({ matches: [{ path: 'a.txt' }, { path: 'a.txt' }] });
    expect(await search({ glob: 'd/**' })).toMatchObject({ matches: [{ path: 'd/b.ts' }] });
    expect(await search({ matchesMax: 1 })).toMatchObject({ matches: [{ path: 'a.txt', line: 1 }], truncated: true });
    expect(await search({ path: 'big.txt' })).toEqual({ matches: [], truncated: false });
    await expect(search({ path: 'none' })).rejects.toMatchObject(failed('There is no none'));
  });
});

/** Names that git refuses to check out, because some file system treats them as `.git`. */
const spellings = [
  '.git',
  '.GIT',
  '.git.',
  '.git ',
  '.git. . .',
  '.git::$INDEX_ALLOCATION',
  '.git . ::$INDEX_ALLOCATION',
  '.git:stream',
  'git~1',
  'GIT~1.',
  'git~1:x',
  'git~2',
  '.g\u200cit',
  '.\u200dg\u202eit\ufeff',
  '\u206a.Git\u206f',
];

describe('A path', () => {
  test.each([
    ...spellings.flatMap(name => [name, `a/${name}/config`, `a\\${name}\\config`]),
    '/etc/passwd',
    '../x',
    'a/../../x',
    'C:\\x',
    '\\x',
    '.git/config',
    'a/.GIT/hooks/x',
    'a\0b',
  ])('%j is rejected by every tool that takes a path [R192]', async path => {
    await using harness = await createToolHarness();
    const inputs: [tool: string, input: object][] = [
      ['read', { path }],
      ['write', { path, content: '' }],
      ['edit', { path, find: 'a', replace: 'b' }],
      ['delete', { path }],
      ['list', { path }],
      ['search', { path, text: 'a' }],
    ];
    for (const [tool, input] of inputs) {
      await expect(harness.call(tool, input)).rejects.toMatchObject({ code: 'TOOL_REFUSED', where: path });
    }
    expect(await readdir(harness.directory)).toEqual([]);
  });

  test('that leaves the sandbox through a link is rejected, even if the link is broken', async () => {
    await using harness = await createToolHarness();
    await using other = await createToolHarness({ secret: 'secret' });
    await symlink(other.directory, join(harness.directory, 'out'));
    await symlink(join(other.directory, 'new'), join(harness.directory, 'dangling'));
    const refused = { code: 'TOOL_REFUSED', message: expect.stringContaining('link') };
    await expect(harness.call('read', { path: 'out/secret' })).rejects.toMatchObject(refused);
    await expect(harness.call('write', { path: 'out/new', content: '' })).rejects.toMatchObject(refused);
    await expect(harness.call('write', { path: 'dangling', content: '' })).rejects.toMatchObject(refused);
    await expect(harness.call('delete', { path: 'out/secret' })).rejects.toMatchObject(refused);
    expect(await readdir(other.directory)).toEqual(['secret']);
  });

  test('through a link to files of git is rejected', async () => {
    await using harness = await createToolHarness({ '.git/config': 'private' });
    await symlink('.git', join(harness.directory, 'way'));
    await expect(harness.call('read', { path: 'way/config' })).rejects.toMatchObject({ code: 'TOOL_REFUSED' });
  });

  test.each([
    '.gitignore',
    '.github/x',
    'a.git',
    'git~',
    'git~1x',
    '.git~1',
    '.gi\u00fft',
    'x.git:y',
  ])('%j is allowed', async path => {
    await using harness = await createToolHarness();
    expect(await harness.call('write', { path, content: 'x' })).toMatchObject({ path, created: true });
  });

  test('through a link within the sandbox is followed', async () => {
    await using harness = await createToolHarness({ 'real/a': 'text' });
    await mkdir(join(harness.directory, 'deep'));
    await symlink('../real', join(harness.directory, 'deep', 'link'));
    await symlink('.', join(harness.directory, 'self'));
    expect(await harness.call('read', { path: 'deep/link/a' })).toMatchObject({ content: 'text' });
    expect(await harness.call('read', { path: 'self/real/a' })).toMatchObject({ content: 'text' });
  });
});
