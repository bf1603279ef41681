import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findSignIn } from '../../../../src/agents.ts';
import { tempDirectories } from '../../temp-directories.ts';
import { preset } from './preset.ts';

const tempDirectory = tempDirectories();

async function homeWith(...files: string[]): Promise<string> {
  const home = tempDirectory();
  for (const file of files) {
    await mkdir(dirname(join(home, file)), { recursive: true });
    await writeFile(join(home, file), 'a secret');
  }
  return home;
}

describe('The sign-in of an agent', () => {
  it('is detected by an environment variable [R227]', async () => {
    const home = await homeWith();
    const env = { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'x' };
    expect(await findSignIn(preset('claude'), { env, home })).toEqual({
      state: 'found',
      by: 'variable',
      name: 'CLAUDE_CODE_OAUTH_TOKEN',
    });
  });

  it('is detected by a file in the home folder, or in the folder that a variable names [R227]', async () => {
    const home = await homeWith('.codex/auth.json', 'elsewhere/auth.json');
    expect(await findSignIn(preset('codex'), { env: {}, home })).toMatchObject({
      name: join(home, '.codex/auth.json'),
    });
    const env = { CODEX_HOME: join(home, 'elsewhere') };
    expect(await findSignIn(preset('codex'), { env, home })).toMatchObject({ name: join(home, 'elsewhere/auth.json') });
    expect(await findSignIn(preset('codex'), { env: { CODEX_HOME: join(home, 'no') }, home })).toEqual({
      state: 'unknown',
    });
  });

  it('is unknown for an agent with a keychain, and missing for any other agent [R227]', async () => {
    const home = await homeWith();
    expect(await findSignIn(preset('claude'), { env: {}, home })).toEqual({ state: 'unknown' });
    expect(await findSignIn(preset('opencode'), { env: {}, home })).toEqual({ state: 'missing' });
  });
});
