import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { type Chart, type ChartState, chartOf } from '../../src/durable/chart.ts';
import { chartFiles } from '../machines/chart-source.ts';
import { chartReference } from './draw.ts';
import { partOfChart, statesIn, withClosedStates, withNotes } from './part-of-chart.ts';

const folder = fileURLToPath(new URL('../../docs/charts', import.meta.url));
const reference = await chartReference();
const machines = (await chartFiles()).map(file => [file.name, file.machine] as const);
const pictures = [...reference].filter(([name]) => name.endsWith('.svg'));

describe('docs/charts', () => {
  test('has the diagram and the JSON of every chart as it is now [R209]', () => {
    expect(readdirSync(folder).sort()).toEqual([...reference.keys()].sort());
    const outdated = [...reference].filter(([name, text]) => readFileSync(join(folder, name), 'utf8') !== text);
    expect(outdated.map(([name]) => name)).toEqual([]);
    for (const [name] of machines)
      expect([...reference.keys()]).toEqual(expect.arrayContaining([`${name}.svg`, `${name}.json`]));
  });

  test.each(machines)('has JSON from which XState builds the chart "%s" [R209]', (name, machine) => {
    const config = JSON.parse(reference.get(`${name}.json`) ?? '');
    expect(chartOf(createMachine(config))).toEqual(chartOf(machine));
  });

  test.each(pictures)('has a picture with a title, for light and dark pages: %s [R209]', (_, svg) => {
    expect(svg).toMatch(/role="img" aria-labelledby="title desc">/);
    expect(svg).toMatch(/<title id="title">[^<]+<\/title>\n<desc id="desc">States: [^<]+<\/desc>/);
    expect(svg).toContain('@media(prefers-color-scheme:dark)');
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  test.each(machines)('shows each state of the chart "%s" in one of its pictures', (name, machine) => {
    const drawn = pictures
      .filter(([file]) => new RegExp(`^${name}(?:-[-a-z]+)?\\.svg$`).test(file))
      .map(([, svg]) => svg);
    const ids = statesIn((chartOf(machine) as Chart).root).map(({ id }) => id);
    expect(ids.filter(id => !drawn.some(svg => svg.includes(`data-state="${id}"`)))).toEqual([]);
  });
});

describe('A part of a chart', () => {
  const chart = chartOf(
    createMachine({
      id: 'job',
      initial: 'work',
      on: { stop: '.stopped' },
      states: {
        work: {
          initial: 'first',
          states: { first: { on: { next: 'second', fail: '#job.stopped' } }, second: { always: 'first' } },
        },
        stopped: { on: { again: { target: 'work.second', guard: 'mayStart' } } },
      },
    }),
  ) as Chart;
  const stateOf = (part: Chart, key: string) =>
    [part.root, ...part.root.states].find(state => state.key === key) as ChartState & { notes?: string[] };
  const ways = ({ transitions }: ChartState) => transitions.map(({ event, targets }) => `${event} ${targets}`);

  test('closes a state and keeps the transitions that leave it', () => {
    const closed = withClosedStates(chart, ({ key }) => key === 'work');
    expect(stateOf(closed, 'work')).toMatchObject({ type: 'atomic', states: [], initial: [] });
    expect(ways(stateOf(closed, 'work'))).toEqual(['fail job.stopped']);
    expect(ways(stateOf(closed, 'stopped'))).toEqual(['again job.work']);
  });

  test('writes what it does not draw', () => {
    const noted = withNotes(chart, (_, to) => to.key === 'second');
    expect(stateOf(noted, 'job').notes).toEqual(['stop ⇒ stopped']);
    expect(stateOf(noted, 'stopped')).toMatchObject({ notes: [], transitions: [{ event: 'again' }] });
    const work = withNotes(partOfChart(chart, 'job.work'), () => true);
    expect(stateOf(work, 'first')).toMatchObject({ notes: ['fail ⇒ stopped'], transitions: [{ event: 'next' }] });
    expect(() => partOfChart(chart, 'job.play')).toThrow('job has no state job.play');
  });
});
