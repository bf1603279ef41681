import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { tempFolder } from './test/temp-space.ts';

/**
 * Tests that start no process and share nothing import the sources once per worker: half of their time was imports. The others
 * get a worker each: starting a process takes longer the more memory a worker has.
 */
const pure = ['contract', 'durable', 'inspector/state', 'inspector/view', 'machines', 'model', 'presentation'].map(
  folder => `test/${folder}/**/*.test.{ts,tsx}`,
);

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
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      { extends: true, test: { name: 'isolated', include: ['test/**/*.test.{ts,tsx}'], exclude: [...pure, models] } },
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
      thresholds: { lines: 97, branches: 92.5 },
    },
  },
});
