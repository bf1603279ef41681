import { join } from 'node:path';
import type { Io } from './io.ts';

/**
 * Has Node keep what it makes of our files, so that the next command starts sooner; the folder may go at any time. `enable` is
 * `enableCompileCache` of `node:module`, which Node has since 22.1. `NODE_COMPILE_CACHE` names another folder,
 * `NODE_DISABLE_COMPILE_CACHE` switches it off.
 */
export function configureCompileCache(enable: unknown, env: Io['env']): void {
  const caches = env.XDG_CACHE_HOME || (env.HOME && join(env.HOME, '.cache'));
  if (typeof enable === 'function' && caches && !env.NODE_COMPILE_CACHE) enable(join(caches, 'troupe'));
}
