import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { tempFolder } from './test/temp-space.ts';

/**
 * Tests that start few processes and share nothing import the sources once per worker: half of their time was imports. The others
 * get a worker each: starting a process takes longer the more memory a worker has.
 */
const pure = [
  ...['contract', 'durable', 'inspector/{state,view}', 'machines', 'model', 'presentation'],
  ...['actors/{agent,conflicts,invariants,sandbox,subplans}', 'charts', 'cli/{output,progress}'],
  ...['adapters/agents/{formats,presets}', 'adapters/{files,fs,invariants,secrets,stores}'],
  'runtime/{actions,memory,profiles,records}',
]
  .map(folder => `${folder}/**/*`)
  .concat([
    'actors/effects',
    'adapters/agents/{final-output,parse-agent-line,parse-agent-text}',
    'adapters/process/{environment,lines,tail}',
    'adapters/tools/{decide,files}',
    'cli/{compile-cache,interrupt,program,reference}',
    'cli/project/{agent-limits,config,environment}',
    'host/{address,codec,timeout,wait-until-idle}',
    'inspector/server/{access,plan-overview}',
    'inspector/stately/{definition,unnamed-machines}',
    'runtime/budget/budget-tracker',
    'runtime/events/{command-reply,event-bus,event-history}',
    'runtime/gc/select',
    'runtime/views/{parts,plan-detail-loader,plan-summary,wait-reason}',
    'tui/{canvas,dialog,diff,keys,navigation}',
  ])
  .map(files => `test/${files}.test.{ts,tsx}`);

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
    globalSetup: 'test/begin-repository.ts',
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
