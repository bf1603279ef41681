import { describe, expect, test } from 'vitest';
import { exitCodeOf, InterruptedError, watchInterrupts } from '../../src/cli/interrupt.ts';
import { createTerminal } from './test-terminal.ts';

describe('interrupts', () => {
  test('end a command that holds nothing', async () => {
    const io = createTerminal();
    const interrupts = watchInterrupts(io);
    io.signal('SIGTERM');
    await expect(interrupts.ended).rejects.toBeInstanceOf(InterruptedError);
    await expect(interrupts.ended).rejects.toMatchObject({ signal: 'SIGTERM' });
  });

  test('are first put to whoever holds; the second kills', () => {
    const io = createTerminal();
    const interrupts = watchInterrupts(io);
    const heard: string[] = [];
    interrupts.handle(signal => heard.push(signal));
    io.signal('SIGINT');
    expect(heard).toEqual(['SIGINT']);
    expect(io.killCodes).toEqual([]);
    io.signal('SIGINT');
    expect(io.killCodes).toEqual([130]);
    io.signal('SIGTERM');
    io.signal('SIGTERM');
    expect(io.killCodes).toEqual([130, 143]);
  });

  test('begin anew after a person chose to go on', () => {
    const io = createTerminal();
    const interrupts = watchInterrupts(io);
    const heard: string[] = [];
    interrupts.handle(signal => {
      heard.push(signal);
      interrupts.reset();
    });
    io.signal('SIGINT');
    io.signal('SIGINT');
    expect(heard).toEqual(['SIGINT', 'SIGINT']);
    expect(io.killCodes).toEqual([]);
  });

  test('are no longer heard once released, nor by one who let go', async () => {
    const io = createTerminal();
    const interrupts = watchInterrupts(io);
    const heard: string[] = [];
    const letGo = interrupts.handle(signal => heard.push(signal));
    letGo();
    io.signal('SIGINT');
    await expect(interrupts.ended).rejects.toThrow('Interrupted by SIGINT');
    interrupts.release();
    io.signal('SIGINT');
    expect([heard, io.killCodes]).toEqual([[], []]);
  });

  test('have the exit codes of the shell', () => {
    expect([exitCodeOf('SIGINT'), exitCodeOf('SIGTERM')]).toEqual([130, 143]);
  });
});
