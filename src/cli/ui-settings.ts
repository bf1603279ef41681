import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandHint, TroupeError } from '../index.ts';
import { messageOf } from '../model/caught-error.ts';
import type { Io } from './io.ts';
import type { UiSettings } from './ui-settings-schema.ts';

export type { UiSettings };

/** All settings are optional. @throws {TroupeError} USAGE naming the file and the problem */
export async function loadUiSettings({ env }: Pick<Io, 'env'>): Promise<{ settings: UiSettings; file: string }> {
  const folder = env.XDG_CONFIG_HOME || join(env.HOME ?? '', '.config');
  const file = join(folder, 'troupe', 'ui.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  // Most users have no such file: the screen appears earlier without the schema.
  if (text === null) return { settings: { keys: {} }, file };
  const { describeIssue, describeIssues, UiSettings: schema } = await import('./ui-settings-schema.ts');
  try {
    const parsed = schema.safeParse(JSON.parse(text), { error: describeIssue });
    if (parsed.success) return { settings: parsed.data, file };
    throw new TypeError(describeIssues(parsed.error, 'it'));
  } catch (thrown) {
    const why = messageOf(thrown);
    throw new TroupeError('USAGE', `These settings cannot be read: ${why}`, {
      where: file,
      hints: [commandHint('help ui')],
    });
  }
}
