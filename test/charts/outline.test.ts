import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { type Chart, chartOf } from '../../src/durable/chart.ts';
import { chartPositions, movesOnPath, type TakenPath } from './moves.ts';
import { chartOutline, outlinedSources, withOutline } from './outline.ts';

const chart = chartOf(
  createMachine({
    id: 'job',
    initial: 'active',
    states: {
      active: {
        initial: 'phase',
        on: { stop: { guard: 'mayStop', target: '#job.ended' } },
        states: {
          phase: {
            tags: ['phase:work'],
            initial: 'queued',
            states: {
              queued: {
                tags: ['state:queued'],
                initial: 'routing',
                states: {
                  routing: {
                    always: [{ guard: 'isReady', target: '#job.active.phase.running' }, { target: 'waiting' }],
                  },
                  waiting: { tags: ['resting'], on: { start: 'routing', note: { actions: 'write' } } },
                },
              },
              running: {
                tags: ['state:running'],
                initial: 'working',
                on: { stop: { guard: 'mayStop' } },
                states: {
                  working: { invoke: { src: 'work', id: 'work', onDone: 'judging', onError: '#job.active.held' } },
                  judging: {
                    always: [{ guard: 'hasErrors', target: 'working' }, { target: 'leaving' }],
                  },
                  leaving: { always: { guard: 'isFree', target: '#job.ended' } },
                },
              },
              before: { type: 'history', history: 'deep' },
            },
          },
          held: { initial: 'checking', states: { checking: { on: { resume: '#job.active.phase.before' } } } },
        },
      },
      ended: { type: 'final' },
    },
  }),
) as Chart;

describe('The outline of a chart', () => {
  test('has each position with what it does, and the moves between them without the steps inside [R210]', () => {
    expect(chartOutline(chart).slice(3)).toEqual([
      'phase.queued: rests (start, note)',
      '  start, at once [ready] → phase.running',
      'phase.running: works in working, leaving',
      '  work done [has no errors, free] → ended',
      '  work failed → held',
      '  at once [free] → ended',
      'held: works in checking',
      '  resume → back where it was',
      '',
      'Written once for all positions',
      'from phase.queued to held:',
      '  stop [may stop] → ended, except in phase.running',
      '',
      'ends: ended',
    ]);
  });

  test('is written between two lines of the file, and nowhere else', () => {
    const [open, close] = ['/* Outline, written by `npm run charts`.', ' * End of the outline. */'];
    const source = ['/** A job. */', open, ' * an outline of last year', close, 'export const job = 1;', ''].join('\n');
    const written = withOutline(source, chart);
    expect(written.split('\n')).toEqual(
      expect.arrayContaining(['/** A job. */', open, ' * held: works in checking', close, 'export const job = 1;']),
    );
    expect(written).not.toContain('last year');
    expect(withOutline(written, chart)).toBe(written);
    expect(() => withOutline('export const job = 1;', chart)).toThrow('has the lines');
  });

  test('of the plan is in its file as the chart is now, and has at most two screens [R210]', async () => {
    const [plan, ...others] = await outlinedSources();
    expect(others).toEqual([]);
    expect(plan?.path).toBe('machines/plan/plan.machine.ts');
    const text = readFileSync(new URL('../../machines/plan/plan.machine.ts', import.meta.url), 'utf8');
    expect(text).toBe(plan?.text);
    const end = text.split('\n').findIndex(line => line.includes('End of the outline'));
    expect(end).toBeGreaterThan(60);
    expect(end).toBeLessThan(120);
  });
});

describe('The moves on a path', () => {
  const places = chartPositions(chart);
  const moves = (path: TakenPath) => movesOnPath(path, places);
  const taken = (source: string, event: string, index = 0) => ({ source: `job.active.${source}`, event, index });

  test('are of the event until a position is left, and then without one', () => {
    const path = {
      from: 'job.active.phase.queued.waiting',
      transitions: [taken('phase.queued.waiting', 'start'), taken('phase.queued.routing', '')],
    };
    expect(moves(path)).toEqual([
      { from: 'job.active.phase.queued', event: 'start', guards: ['ready'], to: 'job.active.phase.running' },
    ]);
    const waits = [taken('phase.queued.waiting', 'note'), taken('phase.running.leaving', '')];
    expect(moves({ from: 'job.active.phase.running.leaving', transitions: waits })).toEqual([
      { from: 'job.active.phase.running', event: '', guards: ['free'], to: 'job.ended' },
    ]);
  });

  test('are of the state around the positions where it has the transition, or end in a history', () => {
    expect(
      moves({
        from: 'job.active.held.checking',
        transitions: [{ source: 'job.active', event: 'stop', index: 0 }],
      }),
    ).toEqual([{ from: 'job.active', event: 'stop', guards: ['may stop'], to: 'job.ended' }]);
    expect(moves({ from: 'job.active.held.checking', transitions: [taken('held.checking', 'resume')] })).toMatchObject([
      { to: 'job.active.phase.before' },
    ]);
    expect(() => moves({ from: 'job.ended', transitions: [taken('held', 'play')] })).toThrow('no transition');
  });
});
