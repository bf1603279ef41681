import { expect, test } from 'vitest';
import type { CommandContext } from '../../../src/cli/command.ts';
import { findQueue, requireQueue } from '../../../src/cli/project/queue-flags.ts';

const context = (flags: Record<string, string>, env: Record<string, string> = {}) =>
  ({ args: { text: (name: string) => flags[name] }, io: { env } }) as unknown as CommandContext;
const settings = { queue: 'redis://own', exchange: 'own.git', namespace: 'own', labels: ['own'] };
const variables = { TROUPE_WORKERS: 'redis://variable', TROUPE_EXCHANGE: 'variable.git' };

test('a flag comes before a variable, and a variable before your configuration', () => {
  const flags = { workers: 'redis://flag', exchange: 'flag.git', namespace: 'flag', 'worker-labels': 'a, b' };
  expect(findQueue(context(flags, variables), settings, 'workers')).toEqual({
    queue: 'redis://flag',
    exchange: 'flag.git',
    namespace: 'flag',
    labels: ['a', 'b'],
  });
  const found = { queue: 'redis://variable', exchange: 'variable.git', namespace: 'own', labels: ['own'] };
  expect(findQueue(context({}, variables), settings, 'workers')).toEqual(found);
  expect(findQueue(context({}), settings, 'workers')).toEqual(settings);
});

test('labels without a name do not count, so that a last comma asks for no worker that has none', () => {
  const labels = (list: string) => findQueue(context({ 'worker-labels': list }), settings, 'workers').labels;
  expect(labels('a, b,')).toEqual(['a', 'b']);
  expect(labels(' ,')).toEqual([]);
});

test('a command that needs a queue says where to name it', () => {
  expect(() => requireQueue(context({}), {}, 'queue')).toThrow(/--queue, TROUPE_WORKERS, or workers in your config/);
});
