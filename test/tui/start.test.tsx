import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clocks/system-clock.ts';
import { keyBindings } from '../../src/tui/keys.ts';
import { type ExclusiveTerminal, startUi } from '../../src/tui/start.tsx';
import { createTerminalScreen } from '../../src/tui/terminal-screen.ts';
import { createTestProject } from '../runtime/test-project.ts';
import { fakeScreen } from './fake-screen.ts';

async function started() {
  const testProject = await createTestProject();
  const fake = fakeScreen();
  const stage = createTerminalScreen(fake.screen.stdout);
  const ends = new AbortController();
  let alone: ExclusiveTerminal = work => work();
  stage.enter();
  const done = startUi({
    ...{
      troupe: testProject.troupe,
      screen: fake.screen,
      terminal: stage,
      clock: systemClock(),
      keys: keyBindings,
      theme: 'plain',
      screenReader: false,
    },
    signal: ends.signal,
    services(given) {
      alone = given;
      return {
        ...{ folder: '.', copy: stage.copy, notify: stage.notify, edit: async () => null, shell: async () => 0 },
        ...{ save: async () => '', editConflict: async () => Buffer.from(''), editText: async () => '' },
        ...{
          loadAction: () => Promise.reject(new Error('no file')),
          inspect: () => Promise.reject(new Error('the page fell over')),
        },
      };
    },
  });
  return { ...fake, stage, ends, done, alone: <Value,>(work: () => Promise<Value>) => alone(work) };
}

describe('the screen on a terminal', () => {
  test('reads raw keys, and restores everything when the user quits [R158]', async () => {
    const ui = await started();
    expect(ui.stdin.isRaw).toBe(true);
    ui.stdin.write('q');
    await ui.done;
    ui.stage.leave();
    ui.stage.leave();
    expect(ui.stdin.isRaw).toBe(false);
    expect(ui.written().startsWith('\u001b[?1049h')).toBe(true);
    expect(ui.written().split('\u001b[?1049l')).toHaveLength(2);
    expect(ui.stdout.listenerCount('resize')).toBe(0);
    // Cleared on entry, and by the first frame; later changes are drawn over it.
    expect(ui.written().split('\u001b[2J')).toHaveLength(3);
    // Long lines wrap again, and the cursor is visible again.
    expect(ui.written().endsWith('\u001b[?7h\u001b[?25h\u001b[?1049l')).toBe(true);
    // No mouse, so that text can be selected; no sequence that clears the scroll-back.
    for (const mode of ['?1000h', '?1002h', '?1003h', '?1006h', '3J'])
      expect(ui.written()).not.toContain(`\u001b[${mode}`);
  });

  test('ends when aborted, and when the terminal closes', async () => {
    const aborted = await started();
    aborted.ends.abort();
    await aborted.done;
    const gone = await started();
    gone.stdin.end();
    await gone.done;
    expect([aborted.stdin.isRaw, gone.stdin.isRaw]).toEqual([false, false]);
  });

  test('ends with an unexpected error, and restores the terminal', async () => {
    const ui = await started();
    ui.stdin.write('I');
    await expect(ui.done).rejects.toThrow('the page fell over');
    expect(ui.stdin.isRaw).toBe(false);
    expect(ui.stdout.listenerCount('resize')).toBe(0);
  });

  test('is redrawn on request', async () => {
    const ui = await started();
    await ui.wrote('nothing needs you');
    ui.stdin.write('\f');
    await ui.wrote('\u001b[2J', { times: 3 });
    expect(ui.chunks().at(-1)).toContain('nothing needs you');
    ui.ends.abort();
    await ui.done;
  });

  test('gives the terminal to a program, and takes it back afterwards', async () => {
    const ui = await started();
    const raw = await ui.alone(async () => {
      expect(ui.written().endsWith('\u001b[?1049l')).toBe(true);
      return ui.stdin.isRaw;
    });
    expect([raw, ui.stdin.isRaw]).toEqual([false, true]);
    await expect(ui.alone(() => Promise.reject(new Error('no editor')))).rejects.toThrow('no editor');
    expect(ui.written().split('\u001b[?1049h')).toHaveLength(4);
    ui.ends.abort();
    await ui.done;
  });

  test('redraws everything when the window is resized, once for several changes [R158]', async () => {
    const ui = await started();
    const before = ui.written().length;
    ui.stdout.columns = 100;
    const drawn = new Promise<void>(resolve => {
      const { write } = ui.stdout;
      ui.stdout.write = text => {
        if (text.includes('\u001b[2J')) resolve();
        return write(text);
      };
    });
    ui.stdout.emit('resize');
    ui.stdout.emit('resize');
    await drawn;
    expect(ui.written().slice(before).split('\u001b[2J')).toHaveLength(2);
    ui.ends.abort();
    await ui.done;
  });
});

describe('a terminal screen', () => {
  test('copies and notifies with escape sequences, sanitized [R150]', () => {
    const written: string[] = [];
    const stage = createTerminalScreen({ write: (text: string | Uint8Array) => written.push(String(text)) > 0 });
    stage.copy('héllo');
    stage.notify('a\u001b]0;b\u0007');
    stage.leave();
    expect(written).toEqual([
      `\u001b]52;c;${Buffer.from('héllo').toString('base64')}\u0007`,
      '\u0007\u001b]9;a ]0;b \u0007',
    ]);
  });
});
