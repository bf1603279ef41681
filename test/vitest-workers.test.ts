import { basename } from 'node:path';
import picomatch from 'picomatch';
import { expect, test } from 'vitest';
import { sources } from './sources.ts';
import { alone } from './vitest-workers.ts';

/** What would show in another file of the same worker, or what another file would show in. */
const changes: [pattern: RegExp, sample: string][] = [
  [/process\.(?:chdir|umask|emit|setUncaughtExceptionCaptureCallback)\(/, 'process.chdir(folder);'],
  [/process\.(?:exit|exitCode|title) = /, 'process.exit = () => {};'],
  [/(?<!\w)process\.env(?:\.\w+|\[[^\]]+\]) = /, "process.env.PATH = '';"],
  [/delete process\.env/, 'delete process.env.PATH;'],
  [/(?<!\w)globalThis\.\w+ = /, 'globalThis.fetch = answer;'],
  [/vi\.(?:useFakeTimers|stubEnv|resetModules)\(/, 'vi.useFakeTimers();'],
  [/process\.(?:memoryUsage|cpuUsage|resourceUsage)\(/, 'process.memoryUsage();'],
];

const hasWorkerOfItsOwn = picomatch(alone);

test('a test file that changes its process, or measures it, has a worker of its own', () => {
  const shared = sources('test').filter(
    ({ path }) =>
      /\.test\.tsx?$/.test(path) && !hasWorkerOfItsOwn(path) && basename(path) !== basename(import.meta.filename),
  );
  expect(shared.length).toBeGreaterThan(300);
  const found = shared.flatMap(({ path, text }) =>
    changes.filter(([pattern]) => pattern.test(text)).map(([pattern]) => `${path}: ${pattern}`),
  );
  expect(found).toEqual([]);
});

test.each(changes)('%s is found', (pattern, sample) => {
  expect(sample).toMatch(pattern);
});
