import { existsSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandHint, redactStore, redact as redactText } from '../../index.ts';
import { pluralize } from '../../presentation/units.ts';
import type { CommandContext } from '../command.ts';
import { isDatabase, locateProject, type ProjectLocation } from '../project/project-location.ts';
import { projectStore } from '../project/project-store.ts';
import { type HealthCheck, ok, runCheck, warning } from './check.ts';

/** Redacts credentials in the store, its files included, and in all logs. Git objects are unchanged. */
export function redactCredentials({ io, globals }: CommandContext): Promise<HealthCheck> {
  return runCheck('redact', async () => {
    const place = await locateProject({ ...globals, env: io.env });
    const isFolder = !isDatabase(place.store);
    if (isFolder && !existsSync(place.store)) return ok('redact', 'there is no store yet');
    const { rows, names } = await redactStore(projectStore(place));
    if (isFolder) await (await import('../../level.ts')).compactLevel(place.store);
    const found = new Set(names);
    const files = await redactLogs(place, found);
    if (found.size === 0) return ok('redact', 'no credentials in records or logs');
    const text = `taken out of ${pluralize(rows, 'row')} and ${pluralize(files, 'log')}: ${[...found].sort().join(', ')}`;
    return warning('redact', `${text}; they were written down, so make them void`, [commandHint('gc')]);
  });
}

async function redactLogs(place: ProjectLocation, found: Set<string>): Promise<number> {
  const names = await readdir(place.logs).catch(() => []);
  let changed = 0;
  for (const file of [...names.map(name => join(place.logs, name)), place.backgroundLog]) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const clean = redactText(text, found);
    if (clean === text) continue;
    await writeFile(`${file}.redacted`, clean, { mode: 0o600 });
    await rename(`${file}.redacted`, file);
    changed += 1;
  }
  return changed;
}
