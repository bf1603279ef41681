import { existsSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { redactStore, redact as redactText } from '../../index.ts';
import { findPlace, type Place } from '../place.ts';
import { count } from '../progress/sentence.ts';
import type { Context } from '../verb.ts';
import { examine, type Finding, note, well } from './finding.ts';

/** Takes credentials out of the store, its files included, and out of all logs. What git holds is not touched. */
export function redact({ io, globals }: Context): Promise<Finding> {
  return examine('redact', async () => {
    const place = await findPlace({ ...globals, env: io.env });
    if (!existsSync(place.store)) return well('redact', 'there is no store yet');
    const { compactLevel, levelStore } = await import('../../level.ts');
    const { rows, names } = await redactStore(levelStore(place.store));
    await compactLevel(place.store);
    const found = new Set(names);
    const files = await redactLogs(place, found);
    if (found.size === 0) return well('redact', 'no credentials in records or logs');
    const text = `taken out of ${count(rows, 'row')} and ${count(files, 'log')}: ${[...found].sort().join(', ')}`;
    return note('redact', `${text}; they were written down, so make them void`, ['troupe gc']);
  });
}

async function redactLogs(place: Place, found: Set<string>): Promise<number> {
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
