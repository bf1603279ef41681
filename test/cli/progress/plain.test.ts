import { describe, expect, test } from 'vitest';
import { createPlainProgress } from '../../../src/cli/progress/plain.ts';
import { phaseChanged, planCreated, rootId, stepProgressed } from '../sample-records.ts';
import { createTerminal } from '../test-terminal.ts';

describe('progress in a log', () => {
  test('[R157] is one line per event, and nothing that moves a cursor', () => {
    const io = createTerminal();
    const progress = createPlainProgress(io, { verbose: false });
    progress.showEvent(planCreated(rootId, 'Rename \u001b[2Jfoo'));
    progress.showEvent(phaseChanged(rootId, ['strategize', 'queued']));
    progress.showEvent(phaseChanged(rootId, ['strategize', 'processing']));
    progress.showEvent(stepProgressed(rootId, 'reading'));
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

  test('shows more details when verbose', () => {
    const io = createTerminal();
    const progress = createPlainProgress(io, { verbose: true });
    progress.showEvent(phaseChanged(rootId, ['execute', 'queued']));
    progress.close();
    expect(io.err()).toContain('execute queued');
  });

  test('[R125] reports after every 30 s without events that work continues', () => {
    const io = createTerminal();
    const progress = createPlainProgress(io, { verbose: false });
    progress.showEvent(planCreated(rootId, 'Rename'));
    progress.showEvent(phaseChanged(rootId, ['execute', 'processing']));
    io.advance(29_000);
    expect(io.err()).not.toContain('still at work');
    io.advance(1_000);
    expect(io.err()).toContain('still at work: 1 plan running after 30 s\n');
    progress.showEvent(stepProgressed(rootId, 'news'));
    io.advance(29_000);
    expect(io.err().match(/still at work/g)).toHaveLength(1);
    io.advance(1_000);
    expect(io.err().match(/still at work/g)).toHaveLength(2);
    progress.close();
    io.advance(120_000);
    expect(io.err().match(/still at work/g)).toHaveLength(2);
  });
});
