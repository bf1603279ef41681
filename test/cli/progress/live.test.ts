import { describe, expect, test } from 'vitest';
import { painter } from '../../../src/cli/paint.ts';
import { liveProgress } from '../../../src/cli/progress/live.ts';
import { childId, created, moved, noted, rootId } from '../records.ts';
import { type Terminal, terminal } from '../terminal.ts';

/** What a terminal shows after all that was written to it: lines, with the cursor movements obeyed. */
function screen(io: Terminal): string[] {
  const lines: string[] = [''];
  const parts = io
    .err()
    .replaceAll('\u001b[', '␛')
    .split(/(␛\d+A|␛0J|\n)/);
  let row = 0;
  for (const part of parts) {
    const up = /^␛(\d+)A$/.exec(part)?.[1];
    if (up !== undefined) row -= Number(up);
    else if (part === '␛0J') lines.length = row + 1;
    else if (part === '\n') row += 1;
    else lines[row] = (lines[row] ?? '') + part;
    if (part === '␛0J') lines[row] = '';
    lines[row] ??= '';
  }
  return lines.slice(0, -1);
}

const live = (io: Terminal, verbose = false) => liveProgress(io, painter(false), { verbose });

describe('progress on a terminal', () => {
  test('[R157] is one live line per plan at work, with what is over above it for good', () => {
    const io = terminal({ tty: true });
    const progress = live(io);
    progress.see(created(rootId, 'Rename'));
    progress.see(moved(rootId, ['execute', 'processing']));
    progress.see(created(childId, 'Rename in src', rootId));
    progress.see(moved(childId, ['execute', 'processing'], '10:00:03'));
    progress.see(noted(childId, 'editing a.ts'));
    io.pass(5_040);
    expect(screen(io).map(line => line.replace(/^[\u2800-\u28ff] /u, '* '))).toEqual([
      `· Rename: plan ${rootId}, from c0`,
      '· Rename in src: subplan planned',
      '* execute 0:05  Rename',
      '* execute 0:02  Rename in src — editing a.ts',
      '  0 of 1 subplan done',
    ]);
    progress.see(moved(childId, ['execute', 'complete'], '10:00:05'));
    expect(screen(io).at(-3)).toBe('✓ Rename in src: execute complete');
    expect(screen(io).at(-2)).toContain('execute 0:05  Rename');
    expect(screen(io).at(-1)).toBe('  1 of 1 subplan done');
    progress.see(moved(rootId, ['execute', 'errored']));
    progress.close();
    expect(screen(io)).toEqual([
      `· Rename: plan ${rootId}, from c0`,
      '· Rename in src: subplan planned',
      '✓ Rename in src: execute complete',
      '✗ Rename: execute errored',
    ]);
  });

  test('never draws a line wider than the terminal', () => {
    const io = terminal({ tty: true, columns: 30 });
    const progress = live(io);
    progress.see(created(rootId, 'A goal that is much longer than the terminal is wide'));
    progress.see(moved(rootId, ['execute', 'processing']));
    expect([...(screen(io).at(-1) ?? '')].length).toBeLessThan(30);
    progress.close();
  });

  test('takes a terminal that does not say how wide it is for one of 80 columns', () => {
    const { stderr, ...io } = terminal({ tty: true });
    let drawn = '';
    const narrow = {
      write: (text: string) => {
        drawn += text;
      },
    };
    const progress = liveProgress({ ...io, stderr: narrow }, painter(false), { verbose: false });
    progress.know(created(rootId, 'x'.repeat(200)));
    progress.see(moved(rootId, ['execute', 'processing']));
    expect([...(drawn.split('\n')[0] ?? '')]).toHaveLength(79);
    progress.close();
    expect(stderr.columns).toBe(80);
  });

  test('folds what does not fit', () => {
    const io = terminal({ tty: true });
    const progress = live(io);
    for (let index = 0; index < 13; index++) {
      const planId = `${rootId.slice(0, -2)}${String(index).padStart(2, '0')}`;
      progress.see(created(planId, `part ${index}`, rootId));
      progress.see(moved(planId, ['execute', 'processing']));
    }
    expect(screen(io).slice(-2)).toEqual(['  and 3 more at work', '  0 of 13 subplans done']);
    progress.close();
  });

  test('makes room for a question, and comes back', () => {
    const io = terminal({ tty: true });
    const progress = live(io);
    progress.see(created(rootId, 'Rename'));
    progress.see(moved(rootId, ['execute', 'processing']));
    progress.pause();
    io.pass(1_000);
    expect(screen(io)).toEqual([`· Rename: plan ${rootId}, from c0`]);
    progress.resume();
    expect(screen(io).at(-1)).toContain('execute 0:01  Rename');
    progress.close();
    io.pass(1_000);
    expect(screen(io)).toEqual([`· Rename: plan ${rootId}, from c0`]);
  });

  test('tells details only to those who ask', () => {
    for (const verbose of [true, false]) {
      const io = terminal({ tty: true });
      const progress = live(io, verbose);
      progress.see(moved(rootId, ['execute', 'queued']));
      progress.close();
      expect(io.err().includes('queued')).toBe(verbose);
    }
  });

  test('rings once when it is over, for those who waited long [R150]', () => {
    for (const [ms, rings] of [
      [9_000, 0],
      [10_000, 1],
    ] as const) {
      const io = terminal({ tty: true });
      const progress = live(io);
      io.pass(ms);
      progress.close();
      expect(io.err().split('\u0007')).toHaveLength(rings + 1);
    }
  });
});
