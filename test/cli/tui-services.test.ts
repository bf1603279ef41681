import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHostServices } from '../../src/cli/tui-services.ts';
import { commandHint } from '../../src/index.ts';
import { createTerminalScreen } from '../../src/tui/terminal-screen.ts';
import { hintLine } from '../hint-line.ts';
import { createTerminal } from './test-terminal.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'troupe-outside-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function outside(env: Record<string, string> = {}) {
  const written: string[] = [];
  const lent: string[] = [];
  const globals = {
    ...{ directory, format: 'plain' as const, quiet: false, verbose: false, input: true, yes: false },
    ...{ store: undefined, lockMs: 0 },
  };
  const stage = createTerminalScreen({ write: (text: string | Uint8Array) => written.push(String(text)) > 0 });
  const made = createHostServices(
    { io: createTerminal({ tty: true, env }), globals },
    {
      stage,
      alone: async work => {
        lent.push('lent');
        return work();
      },
      inspect: async () => 'http://127.0.0.1:1/',
    },
  );
  return { ...made, written, lent };
}

describe('outside its screen the terminal UI', () => {
  test('gives the terminal to the configured editor, and reports when there is none', async () => {
    const file = join(directory, 'a.txt');
    writeFileSync(file, 'a');
    expect(await outside().edit(file)).toBeNull();
    expect(await outside({ EDITOR: ' ' }).edit(file)).toBeNull();
    const it = outside({ VISUAL: 'true', EDITOR: 'false' });
    expect([await it.edit(file), it.lent]).toEqual([0, ['lent']]);
  });

  test('edits a text, unless the editor fails', async () => {
    const it = outside({ EDITOR: "sed -i 's/a/b/'" });
    expect(await it.editText('strategy.yaml', 'a: 1\n', commandHint('plan edit'))).toBe('b: 1\n');
    expect(it.lent).toEqual(['lent']);
    await expect(outside({ EDITOR: 'false' }).editText('s.yaml', 'a', commandHint('plan edit'))).rejects.toMatchObject({
      ...{ code: 'USAGE', hints: [hintLine('troupe plan edit')] },
    });
  });

  test('edits a file in conflict, but never a binary one', async () => {
    const it = outside({ EDITOR: "sed -i 's/a/b/'" });
    expect(String(await it.editConflict('src/a.txt', Buffer.from('a\n')))).toBe('b\n');
    await expect(it.editConflict('image.png', null)).rejects.toMatchObject({ code: 'USAGE' });
    await expect(outside({ EDITOR: 'true' }).editConflict('a', Buffer.from('a'))).rejects.toMatchObject({
      code: 'CONFLICT_LEFT',
    });
  });

  test('saves a text in a new file, and never overwrites one', async () => {
    const it = outside();
    expect(await it.save('x.diff', '1')).toBe(join(directory, 'x.diff'));
    expect(await it.save('x.diff', '2')).toBe(join(directory, 'x-2.diff'));
    expect(await it.save('x.diff', '3')).toBe(join(directory, 'x-3.diff'));
    expect(
      readdirSync(directory)
        .map(name => readFileSync(join(directory, name), 'utf8'))
        .sort(),
    ).toEqual(['1', '2', '3']);
    await expect(it.save('no/such/folder', '')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('reads an action from a file, with the folder of its programs', async () => {
    writeFileSync(join(directory, 'do.yaml'), 'name: do\ndescription: Do it\nexecutionActor: player\n');
    const it = outside();
    expect(await it.loadAction('do.yaml')).toMatchObject({ actionDir: directory, action: { description: 'Do it' } });
    await expect(it.loadAction('none.yaml')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  test('copies, notifies and opens a shell', async () => {
    const it = outside();
    it.copy('a');
    it.notify('b');
    expect(it.written).toHaveLength(2);
    expect([it.folder, await it.inspect()]).toEqual([directory, 'http://127.0.0.1:1/']);
    expect(await it.shell(directory)).toBe(0);
    expect(it.lent).toEqual(['lent']);
  });
});
