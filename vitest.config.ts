import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { tempFolder } from './test/temp-space.ts';

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
    include: ['test/**/*.test.{ts,tsx}'],
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
