import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { coveredFolders } from './test/covered-folders.ts';
import { tempFolder } from './test/temp-space.ts';
import { alone, plans } from './test/vitest-workers.ts';

/** Explores whole state spaces, which coverage would only slow down: `npm test` runs it by itself. */
const models = 'test/model-check/models.test.ts';

const all = 'test/**/*.test.{ts,tsx}';

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
      { extends: true, test: { name: 'alone', include: alone } },
      { extends: true, test: { name: 'plans', include: plans, exclude: alone, isolate: false } },
      {
        extends: true,
        test: { name: 'shared', include: [all], exclude: [...alone, ...plans, models], isolate: false },
      },
      { extends: true, test: { name: 'models', include: [models] } },
    ],
    globalSetup: ['test/hide-ci.ts', 'test/begin-repository.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // What is polled for comes as late as the machine is busy; a test's own limit says when it is too late.
    expect: { poll: { timeout: 30_000 } },
    // One more than the processors of a small machine: most tests wait for programs now and then.
    maxWorkers: 3,
    env: { TMPDIR: tempFolder() },
    coverage: {
      provider: 'custom',
      customProviderModule: './test/coverage.ts',
      include: coveredFolders.map(folder => `${folder}/**/*.{ts,tsx}`),
      // test/machines mirrors machines/, and is no product code. The page runs in a browser and is measured there.
      exclude: ['test/**', 'src/inspector/page/**'],
      reporter: ['text-summary', 'json-summary'],
      reportOnFailure: true,
      thresholds: { lines: 97, branches: 94.5 },
    },
  },
});
