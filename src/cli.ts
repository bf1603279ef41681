#!/usr/bin/env node
/** The command `troupe`. Prints --version before loading anything else; the rest is in src/cli/main.ts. */
import { readFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { configureCompileCache } from './cli/compile-cache.ts';
import { suppressWarnings } from './cli/warnings.ts';

const words = process.argv.slice(2);

if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  process.stdout.write(`${version()}\n`);
} else {
  const isVerbose = words.includes('-v') || words.includes('--verbose');
  suppressWarnings(process, { shown: isVerbose || process.send !== undefined });
  configureCompileCache(Reflect.get(nodeModule, 'enableCompileCache'), process.env);
  const [{ main }, { createProcessIo }] = await Promise.all([import('./cli/main.ts'), import('./cli/process-io.ts')]);
  // `head` and `less` close the pipe early, and a terminal can be closed: ignore the error, and do not interrupt the
  // plan.
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  // When the terminal closes, the command runs to its end; its output is discarded.
  process.on('SIGHUP', () => undefined);
  const exitCode = await main(words, createProcessIo(process));
  // Flush stdout and stderr before exiting; an interrupted command may still keep the process open.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
}

/** package.json is next to the sources in the repository, and two folders above dist/cli in the package. */
function version(): string {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const { name, version: found }: { name?: string; version?: string } = JSON.parse(
        readFileSync(new URL(place, import.meta.url), 'utf8'),
      );
      if (name === 'troupe' && found !== undefined) return found;
    } catch {
      // Try the next location.
    }
  }
  return 'unknown';
}

function ignoreClosedPipe(failure: NodeJS.ErrnoException): void {
  if (failure.code !== 'EPIPE' && failure.code !== 'EIO') throw failure;
}
