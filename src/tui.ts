export type { HostServices } from './tui/command-context.ts';
export { resolveKeymap } from './tui/keys.ts';
export type { ExclusiveTerminal } from './tui/start.tsx';
export { createTerminalScreen, type TerminalScreen } from './tui/terminal-screen.ts';
export type { ThemeName } from './tui/theme.ts';

/**
 * Ink draws only the last frame, and its color library no colors, when a variable `CI` exists. Both check on load. A
 * user at a terminal wants to see the UI all the same, so `CI` is hidden while Ink loads; programs started later see
 * the original environment.
 */
export async function loadUi(): Promise<typeof import('./tui/start.tsx')> {
  const { CI, CONTINUOUS_INTEGRATION } = process.env;
  delete process.env.CI;
  delete process.env.CONTINUOUS_INTEGRATION;
  try {
    return await import('./tui/start.tsx');
  } finally {
    if (CI !== undefined) process.env.CI = CI;
    if (CONTINUOUS_INTEGRATION !== undefined) process.env.CONTINUOUS_INTEGRATION = CONTINUOUS_INTEGRATION;
  }
}
