import { describe, expect, test } from 'vitest';
import { createLiveProgress } from '../../../src/cli/progress/live.ts';
import { createColors } from '../../../src/presentation/colors.ts';
import { childId, phaseChanged, planCreated, rootId, stepProgressed } from '../sample-records.ts';
import { createTerminal, type TestTerminal } from '../test-terminal.ts';

/** What a terminal shows after all output: its lines, with cursor movements applied. */
function screen(io: TestTerminal): string[] {
  const lines: string[] = [''];
  const parts = io
    .err()
    .replaceAll('\u001b[', '␛')
    .split(/(␛\d+A|␛0J|\n|\r)/);
  let row = 0;
  for (const part of parts) {
    const up = /^␛(\d+)A$/.exec(part)?.[1];
    if (up !== undefined) row -= Number(up);
    else if (part === '␛0J') lines.length = row + 1;
    else if (part === '\n') row += 1;
    else if (part === '\r') lines[row] ??= '';
    else lines[row] = (lines[row] ?? '') + part;
    if (part === '␛0J') lines[row] = '';
    lines[row] ??= '';
  }
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

const live = (io: TestTerminal, verbose = false) =>
  createLiveProgress(io, createColors(false), { verbose, keys: true });

describe('progress on a terminal', () => {
  test('[R157] is one live line per working plan, below permanent lines for what has ended', () => {
    const io = createTerminal({ tty: true });
    const progress = live(io);
    progress.showEvent(planCreated(rootId, 'Rename'));
    progress.showEvent(phaseChanged(rootId, ['execute', 'processing']));
    progress.showEvent(planCreated(childId, 'Rename in src', rootId));
    progress.showEvent(phaseChanged(childId, ['execute', 'processing'], '10:00:03'));
    progress.showEvent(stepProgressed(childId, 'editing a.ts'));
    io.advance(5_040);
    expect(screen(io).map(line => line.replace(/^[\u2800-\u28ff] /u, '* '))).toEqual([
      `· Rename: plan ${rootId}, from c0 for branch main`,
      '· Rename in src: subplan planned',
      '* execute 5 s  Rename',
      '* execute 2 s  Rename in src — editing a.ts',
      '  0 of 1 subplan done',
    ]);
    progress.showEvent(phaseChanged(childId, ['execute', 'complete'], '10:00:05'));
    expect(screen(io).at(-3)).toBe('✓ Rename in src: execute complete');
    expect(screen(io).at(-2)).toContain('execute 5 s  Rename');
    expect(screen(io).at(-1)).toBe('  1 of 1 subplan done');
    progress.showEvent(phaseChanged(rootId, ['execute', 'errored']));
    progress.close();
    expect(screen(io)).toEqual([
      `· Rename: plan ${rootId}, from c0 for branch main`,
      '· Rename in src: subplan planned',
      '✓ Rename in src: execute complete',
      '✗ Rename: execute errored',
    ]);
  });

  test('never draws a line wider than the terminal', () => {
    const io = createTerminal({ tty: true, columns: 30 });
    const progress = live(io);
    progress.showEvent(planCreated(rootId, 'A goal that is much longer than the terminal is wide'));
    progress.showEvent(phaseChanged(rootId, ['execute', 'processing']));
    expect([...(screen(io).at(-1) ?? '')].length).toBeLessThan(30);
    progress.close();
  });

  test('assumes 80 columns when the terminal does not report its width', () => {
    const { stderr, ...io } = createTerminal({ tty: true });
    let drawn = '';
    const narrow = {
      write: (text: string) => {
        drawn += text;
      },
    };
    const progress = createLiveProgress({ ...io, stderr: narrow }, createColors(false), { verbose: false, keys: true });
    progress.skipEvent(planCreated(rootId, 'x'.repeat(200)));
    progress.showEvent(phaseChanged(rootId, ['execute', 'processing']));
    expect([...(drawn.split('\n')[0] ?? '')]).toHaveLength(79);
    progress.close();
    expect(stderr.columns).toBe(80);
  });

  test('collapses plans that do not fit', () => {
    const io = createTerminal({ tty: true });
    const progress = live(io);
    for (let index = 0; index < 13; index++) {
      const planId = `${rootId.slice(0, -2)}${String(index).padStart(2, '0')}`;
      progress.showEvent(planCreated(planId, `part ${index}`, rootId));
      progress.showEvent(phaseChanged(planId, ['execute', 'processing']));
    }
    expect(screen(io).slice(-2)).toEqual(['  and 3 more at work', '  0 of 13 subplans done']);
    progress.close();
  });

  test('[R286] keeps a question and the typed answer at the bottom, whatever is printed above', async () => {
    const io = createTerminal({ tty: true, columns: 40 });
    const progress = live(io);
    progress.showEvent(planCreated(rootId, 'Rename'));
    progress.showEvent(phaseChanged(rootId, ['execute', 'processing']));
    const { signal } = new AbortController();
    const question = '? "Rename" asks to\n    run npm install --save-exact something-long\nAllow it? ';
    const answer = progress.ask(question, { signal, queuedCount: () => 2 });
    io.stdin.write('ye');
    await io.waitForError('Allow it? ye');
    io.advance(1_000);
    progress.showEvent(planCreated(childId, 'Rename in src', rootId));
    const asked = ['? "Rename" asks to', '    run npm install --save-exact someth', '    ing-long'];
    const drawn = screen(io);
    expect(drawn.slice(0, 2)).toEqual([
      `· Rename: plan ${rootId}, from c0 for branch main`,
      '· Rename in src: subplan planned',
    ]);
    expect(drawn[2]).toContain('execute 1 s  Rename');
    expect(drawn.slice(4)).toEqual([...asked, '  2 more questions wait behind this one', 'Allow it? ye']);
    io.stdin.write('\u007fes\r');
    expect(await answer).toBe('yes');
    progress.close();
    expect(screen(io).slice(2)).toEqual([...question.split('\n').slice(0, 2), 'Allow it? yes']);
  });

  test('[R286] removes a withdrawn question completely, and keeps a long one on the screen', async () => {
    const io = createTerminal({ tty: true, columns: 40, rows: 8 });
    const progress = live(io);
    const away = new AbortController();
    const details = Array.from({ length: 20 }, (_, index) => `  fact ${index}`).join('\n');
    const answer = progress.ask(`${details}\nAllow it? `, { signal: away.signal, queuedCount: () => 0 });
    expect(screen(io)).toEqual([
      ...['  fact 0', '  fact 1', '  fact 2', '  fact 3', '  … 16 lines more', 'Allow it? '],
    ]);
    away.abort();
    expect(await answer).toBeUndefined();
    expect(screen(io).join('')).toBe('');
    progress.writeAbove(() => io.stderr.write('said\n'));
    expect(screen(io)).toEqual(['said']);
  });

  test('reads keys as a terminal does when the terminal does not echo them', async () => {
    const io = createTerminal({ tty: true });
    const progress = live(io);
    const interrupted: string[] = [];
    io.onSignal(signal => interrupted.push(signal));
    const { signal } = new AbortController();
    const ask = () => progress.ask('> ', { signal, queuedCount: () => 0 });
    const first = ask();
    io.stdin.write('one two\u0017\u0003three\u001b[A\n');
    expect([await first, interrupted]).toEqual(['one three', ['SIGINT']]);
    const second = ask();
    io.stdin.write('all of it\u0015no\n');
    expect(await second).toBe('no');
    const third = ask();
    io.stdin.write('\u0004');
    expect(await third).toBeNull();
    progress.close();
  });

  test('drops input typed while there is no question, so that it answers no later one', async () => {
    const io = createTerminal({ tty: true });
    const progress = live(io);
    const interrupted: string[] = [];
    io.onSignal(signal => interrupted.push(signal));
    const giveBack = progress.captureKeys();
    io.stdin.write('yes\r\u0003\u001a');
    await expect.poll(() => interrupted).toEqual(['SIGINT']);
    const answer = progress.ask('> ', { signal: new AbortController().signal, queuedCount: () => 0 });
    io.stdin.write('no\r');
    expect(await answer).toBe('no');
    giveBack();
    expect(io.stdin.isPaused()).toBe(true);
    progress.close();
  });

  test('shows details only when verbose', () => {
    for (const verbose of [true, false]) {
      const io = createTerminal({ tty: true });
      const progress = live(io, verbose);
      progress.showEvent(phaseChanged(rootId, ['execute', 'queued']));
      progress.close();
      expect(io.err().includes('queued')).toBe(verbose);
    }
  });

  test('rings once at the end of a long run [R150]', () => {
    for (const [ms, rings] of [
      [9_000, 0],
      [10_000, 1],
    ] as const) {
      const io = createTerminal({ tty: true });
      const progress = live(io);
      io.advance(ms);
      progress.close();
      expect(io.err().split('\u0007')).toHaveLength(rings + 1);
    }
  });

  test('rings for a question after a long wait, and not just after an answer [R150]', async () => {
    const io = createTerminal({ tty: true });
    const progress = live(io);
    const rings = () => io.err().split('\u0007').length - 1;
    const asked = () => progress.ask('Go on?', { signal: new AbortController().signal, queuedCount: () => 0 });
    io.advance(10_000);
    const first = asked();
    expect(rings()).toBe(1);
    io.type('y\r');
    expect(await first).toBe('y');
    const second = asked();
    io.type('n\r');
    expect(await second).toBe('n');
    progress.close();
    expect(rings()).toBe(1);
  });
});

describe('the activity of agents', () => {
  const line = (planId: string, text: string, step = 'execute') => ({ planId, step, text, at: '' });
  const used = (planId: string, usage: { tokens?: number; usd?: number }) =>
    ({
      type: 'usage.recorded',
      planId,
      role: 'execution',
      seconds: 1,
      usage,
      seq: '9',
      at: '2026-11-21T10:00:02.000Z',
    }) as const;
  const begin = (progress: ReturnType<typeof live>) => {
    progress.showEvent(planCreated(rootId, 'Rename'));
    progress.showEvent(phaseChanged(rootId, ['execute', 'processing']));
  };

  test('is shown on the line of its plan, as the last readable line of its log [R230]', () => {
    const io = createTerminal({ tty: true });
    const progress = live(io);
    begin(progress);
    const shown = () => {
      io.advance(200);
      return screen(io).at(-1);
    };
    progress.showLogLine(line(rootId, 'edits src/a.ts'));
    expect(shown()).toMatch(/execute 0 s {2}Rename — edits src\/a\.ts$/);
    progress.showLogLine(line(rootId, 'runs npm test'));
    for (const nothing of ['', '{"type":"result"}', 'session 1234']) progress.showLogLine(line(rootId, nothing));
    progress.showLogLine(line(rootId, 'a check prints this', 'tests'));
    expect(shown()).toMatch(/Rename — runs npm test$/);
    progress.showEvent(phaseChanged(rootId, ['execute', 'complete']));
    progress.close();
  });

  test('comes with the usage of each plan and of all plans [R230]', () => {
    const io = createTerminal({ tty: true });
    const progress = live(io);
    begin(progress);
    progress.showEvent(planCreated(childId, 'Rename in src', rootId));
    progress.showEvent(phaseChanged(childId, ['execute', 'processing']));
    progress.showEvent(used(rootId, { tokens: 1_000 }));
    progress.showEvent(used(childId, { tokens: 2_000, usd: 0.015 }));
    progress.showEvent(used(childId, { tokens: 100, usd: 0.015 }));
    io.advance(200);
    expect(screen(io).slice(-3).join('\n')).toMatch(
      /Rename — 1,000 tokens\n.*Rename in src — 2,100 tokens · 0\.03 USD\n {2}0 of 1 subplan done · 3,100 tokens · 0\.03 USD$/,
    );
    progress.close();
  });
});
