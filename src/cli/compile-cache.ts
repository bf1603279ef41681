import { join } from 'node:path';
import type { Io } from './io.ts';

/**
 * Enables Node's compile cache, so that the next command starts faster; the folder may be deleted at any time.
 * `enable` is `enableCompileCache` of `node:module`, available since Node 22.1. `NODE_COMPILE_CACHE` names another
 * folder, `NODE_DISABLE_COMPILE_CACHE` disables it.
 */
export function configureCompileCache(enable: unknown, env: Io['env']): void {
  const caches = env.XDG_CACHE_HOME || (env.HOME && join(env.HOME, '.cache'));
  if (typeof enable === 'function' && caches && !env.NODE_COMPILE_CACHE) enable(join(caches, 'troupe'));
}
