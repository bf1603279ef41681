/**
 * The command line for a process of its own: as `npm run build` made it, if nothing was changed since, which `npm test` sees to.
 * Otherwise it is its sources, which take a second of processor time more to start.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist/cli/troupe.js');
const sourceFolders = ['src', 'machines', 'actors'];

/** What Node is called with to run `troupe`, before the words of the command. */
export function troupeProgram(): string[] {
  program ??= isBuildCurrent()
    ? [built]
    : ['--import', createRequire(import.meta.url).resolve('tsx'), join(root, 'src/cli.ts')];
  return [...program];
}

let program: string[] | null = null;

/** Whether `dist` is what `npm run build` makes of the sources as they are. */
export function isBuildCurrent(): boolean {
  if (!existsSync(built)) return false;
  const { mtimeMs: builtMs } = statSync(built);
  return sourceFolders.every(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).every(
      path => statSync(join(root, folder, path)).mtimeMs <= builtMs,
    ),
  );
}
