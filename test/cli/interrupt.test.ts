import { describe, expect, test } from 'vitest';
import { exitCodeOf, InterruptedError, watchInterrupts } from '../../src/cli/interrupt.ts';
import { createTerminal } from './test-terminal.ts';

describe('an interrupt', () => {
  test('ends a command without a handler', async () => {
    const io = createTerminal();
    const interrupts = watchInterrupts(io);
    io.signal('SIGTERM');
    await expect(interrupts.ended).rejects.toBeInstanceOf(InterruptedError);
    await expect(interrupts.ended).rejects.toMatchObject({ signal: 'SIGTERM' });
  });

  test('is first passed to the handler; the second one kills', () => {
    const io = createTerminal();
    const interrupts = watchInterrupts(io);
    const signals: string[] = [];
    interrupts.handle(signal => signals.push(signal));
    io.signal('SIGINT');
    expect(signals).toEqual(['SIGINT']);
    expect(io.killCodes).toEqual([]);
    io.signal('SIGINT');
    expect(io.killCodes).toEqual([130]);
    io.signal('SIGTERM');
    io.signal('SIGTERM');
    expect(io.killCodes).toEqual([130, 143]);
  });

  test('counts as the first again after the user chose to continue', () => {
    const io = createTerminal();
    const interrupts = watchInterrupts(io);
    const signals: string[] = [];
    interrupts.handle(signal => {
      signals.push(signal);
      interrupts.reset();
    });
    io.signal('SIGINT');
    io.signal('SIGINT');
    expect(signals).toEqual(['SIGINT', 'SIGINT']);
    expect(io.killCodes).toEqual([]);
  });

  test('is ignored after the release, and by a removed handler', async () => {
    const io = createTerminal();
    const interrupts = watchInterrupts(io);
    const signals: string[] = [];
    const letGo = interrupts.handle(signal => signals.push(signal));
    letGo();
    io.signal('SIGINT');
    await expect(interrupts.ended).rejects.toThrow('Interrupted by SIGINT');
    interrupts.release();
    io.signal('SIGINT');
    expect([signals, io.killCodes]).toEqual([[], []]);
  });

  test('exits with the code of the shell', () => {
    expect([exitCodeOf('SIGINT'), exitCodeOf('SIGTERM')]).toEqual([130, 143]);
  });
});
