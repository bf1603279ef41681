import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { tempFolder } from './test/temp-space.ts';

const tests = ['test/**/*.test.{ts,tsx}'];

/** Tests that change what all files of a process share: its environment, its working directory, its clock, or modules with a state. */
const isolated = [
  'test/tui/**/*.test.{ts,tsx}',
  'test/adapters/clocks/clocks.test.ts',
  'test/adapters/merge/tree-merger.test.ts',
  'test/cli/owner-only.test.ts',
  'test/inspector/server/broadcaster.test.ts',
  'test/runtime/troupe.test.ts',
  'test/tidy.test.ts',
];

/** Explores whole state spaces, which coverage would only slow down: `npm test` runs it by itself. */
const models = 'test/model-check/models.test.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^troupe$/, replacement: at('src/index.ts') },
      { find: /^troupe\/machines$/, replacement: at('machines/index.ts') },
      { find: /^troupe\/(.+)$/, replacement: `${at('src/')}$1.ts` },
    ],
  },
  test: {
    // Importing the sources anew for each file took as long as a third of the tests.
    projects: [
      { extends: true, test: { name: 'shared', include: tests, exclude: [...isolated, models], isolate: false } },
      { extends: true, test: { name: 'isolated', include: isolated } },
      { extends: true, test: { name: 'models', include: [models] } },
    ],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // What is polled for comes as late as the machine is busy; a test's own limit says when it is too late.
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 2,
    env: { TMPDIR: tempFolder() },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.{ts,tsx}', 'machines/**/*.ts', 'actors/**/*.ts'],
      // test/machines mirrors machines/, and is no product code. The page runs in a browser and is measured there.
      exclude: ['test/**', 'src/inspector/page/**'],
      reporter: ['text-summary', 'json-summary'],
      reportOnFailure: true,
      thresholds: { lines: 97, branches: 92 },
    },
  },
});
