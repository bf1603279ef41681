import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentPreset } from './agent-preset.ts';

/** Whether the user seems to be signed in to an agent, and the variable or file that shows it. */
export type SignIn =
  /** A variable is set, or a file exists. Whether it is valid is not known. */
  | { state: 'found'; by: 'variable' | 'file'; name: string }
  /** Nothing was found, but the sign-in may be in a keychain. */
  | { state: 'unknown' }
  | { state: 'missing' };

/** Finds out whether the user is signed in to an agent: which variables are set and which files exist. Reads no secret. */
export async function findSignIn(
  { signIn }: AgentPreset,
  { env, home }: { env: Record<string, string | undefined>; home: string },
): Promise<SignIn> {
  const variable = signIn.variables.find(name => (env[name] ?? '') !== '');
  if (variable !== undefined) return { state: 'found', by: 'variable', name: variable };
  for (const { variable: folderVariable, folder, path } of signIn.files) {
    const named = folderVariable === undefined ? undefined : env[folderVariable];
    const file = join(named || join(home, folder), path);
    if (await exists(file)) return { state: 'found', by: 'file', name: file };
  }
  return { state: signIn.keychain ? 'unknown' : 'missing' };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
