import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { commandHint, describeIssue, TroupeError } from '../index.ts';
import type { Io } from './io.ts';

/** Settings of the terminal UI: `ui.json` in the folder of Troupe's settings. */
export const UiSettings = z.strictObject({
  theme: z.enum(['dark', 'light', 'plain']).optional(),
  /** One key or several, by command name. */
  keys: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
});
export type UiSettings = z.infer<typeof UiSettings>;

/** All settings are optional. @throws {TroupeError} USAGE naming the file and the problem */
export async function loadUiSettings({ env }: Pick<Io, 'env'>): Promise<{ settings: UiSettings; file: string }> {
  const folder = env.XDG_CONFIG_HOME || join(env.HOME ?? '', '.config');
  const file = join(folder, 'troupe', 'ui.json');
  const text = await readFile(file, 'utf8').catch(() => '{}');
  try {
    const parsed = UiSettings.safeParse(JSON.parse(text), { error: describeIssue });
    if (parsed.success) return { settings: parsed.data, file };
    throw new TypeError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new TroupeError('USAGE', `These settings cannot be read: ${why}`, {
      where: file,
      hints: [commandHint('help ui')],
    });
  }
}
