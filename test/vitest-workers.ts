/** Which test files share a worker. */

/**
 * Tests that get a worker each: they change their process (its folder, umask, environment, clock, listeners), measure its time or
 * memory, count what it starts, or need much memory. The others share workers: one of its own costs a file of tests a second of processor time.
 */
export const alone = [
  ...[
    'agents',
    'crash',
    'environment',
    'postgres',
    'scale',
    'snapshots',
    'soak',
    'workers',
    'adapters/process/spawn-server',
  ].map(folder => `${folder}/**/*`),
  'adapters/agents/watchdogs',
  'adapters/clocks/clocks',
  'adapters/mcp/servers',
  'adapters/merge/{merge-properties,tree-merger}',
  'adapters/merge/structure/{counted-work,structure-properties}',
  'adapters/process/{file-writers,process-registry,run,tagged-processes,uncaught-errors}',
  'adapters/queue/answer-watch',
  'adapters/project/git/{apply-crash,apply-hooks,hook-timeout}',
  'cli/{acp-crash,attempts-crash,bin,hook-timeout,mcp,multiple-clients,owner-only,process,process-io,uncaught}',
  'doc-examples',
  'durable/due-timers',
  'host/{listeners,owner-file,shared-troupe}',
  'inspector/page',
  'inspector/server/broadcaster',
  'runtime/{git-starts,idle-agents,resources,troupe}',
  'tui/{journeys,listeners,redraw}',
].map(files => `test/${files}.test.{ts,tsx}`);

/** Tests of whole plans: they load nearly everything, so they have workers of their own, and the others stay small. */
export const plans = ['cli', 'host', 'inspector', 'runtime', 'tui'].map(folder => `test/${folder}/**/*.test.{ts,tsx}`);
