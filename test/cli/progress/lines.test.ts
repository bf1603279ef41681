import { describe, expect, test } from 'vitest';
import { elapsed } from '../../../src/cli/progress/elapsed.ts';
import { lineProgress } from '../../../src/cli/progress/lines.ts';
import { created, moved, noted, rootId } from '../records.ts';
import { terminal } from '../terminal.ts';

describe('progress in a log', () => {
  test('[R157] is one line per event, and nothing that moves a cursor', () => {
    const io = terminal();
    const progress = lineProgress(io, { verbose: false });
    progress.see(created(rootId, 'Rename \u001b[2Jfoo'));
    progress.see(moved(rootId, ['strategize', 'queued']));
    progress.see(moved(rootId, ['strategize', 'processing']));
    progress.see(noted(rootId, 'reading'));
    progress.close();
    expect(io.err()).toBe(
      [
        `Rename foo: plan ${rootId}, from c0 for branch main`,
        'Rename foo: strategize processing',
        'Rename foo: reading',
        '',
      ].join('\n'),
    );
    expect(io.out()).toBe('');
  });

  test('tells more to those who ask for more', () => {
    const io = terminal();
    const progress = lineProgress(io, { verbose: true });
    progress.see(moved(rootId, ['execute', 'queued']));
    progress.close();
    expect(io.err()).toContain('execute queued');
  });

  test('[R125] says every 30 s without news that work goes on', () => {
    const io = terminal();
    const progress = lineProgress(io, { verbose: false });
    progress.see(created(rootId, 'Rename'));
    progress.see(moved(rootId, ['execute', 'processing']));
    io.pass(29_000);
    expect(io.err()).not.toContain('still at work');
    io.pass(1_000);
    expect(io.err()).toContain('still at work: 1 plan running after 0:30\n');
    progress.see(noted(rootId, 'news'));
    io.pass(29_000);
    expect(io.err().match(/still at work/g)).toHaveLength(1);
    io.pass(1_000);
    expect(io.err().match(/still at work/g)).toHaveLength(2);
    progress.close();
    io.pass(120_000);
    expect(io.err().match(/still at work/g)).toHaveLength(2);
  });

  test('writes times as clocks do', () => {
    expect([elapsed(-5), elapsed(7_900), elapsed(750_000), elapsed(3_723_000)]).toEqual([
      '0:00',
      '0:07',
      '12:30',
      '1:02:03',
    ]);
  });
});
