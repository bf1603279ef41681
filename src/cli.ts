#!/usr/bin/env node
/** The command `troupe`. It answers --version before anything is loaded; the rest is src/cli/main.ts. */
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
  // A reader that has seen enough (head, less) closes the pipe, a terminal is closed: no error, and no reason to leave a plan half done.
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  // Closing the terminal ends no run: the command goes on to its end, and what it prints goes nowhere.
  process.on('SIGHUP', () => undefined);
  const exitCode = await main(words, createProcessIo(process));
  // What is written must be out before the process ends; a command that was interrupted may still hold it open.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
}

/** Beside the sources in the repository, two folders up from dist/cli in the package. */
function version(): string {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const { name, version: found }: { name?: string; version?: string } = JSON.parse(
        readFileSync(new URL(place, import.meta.url), 'utf8'),
      );
      if (name === 'troupe' && found !== undefined) return found;
    } catch {
      // Not here; the other place has it.
    }
  }
  return 'unknown';
}

function ignoreClosedPipe(failure: NodeJS.ErrnoException): void {
  if (failure.code !== 'EPIPE' && failure.code !== 'EIO') throw failure;
}
