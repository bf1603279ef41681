import { join } from 'node:path';
import type { Io } from './io.ts';

/** What Node 22.1 and newer have in `node:module`. */
interface Compiling {
  enableCompileCache?(directory?: string): unknown;
}

/**
 * Has Node keep what it makes of our files, so that the next command starts sooner; the folder may go at any time. Where it
 * cannot, nothing is kept. `NODE_COMPILE_CACHE` names another folder, `NODE_DISABLE_COMPILE_CACHE` switches it off.
 */
export function keepCompiled(node: Compiling, env: Io['env']): void {
  const caches = env.XDG_CACHE_HOME || (env.HOME && join(env.HOME, '.cache'));
  if (!caches || env.NODE_COMPILE_CACHE) return;
  node.enableCompileCache?.(join(caches, 'troupe'));
}
