export type { HostServices } from './tui/command-context.ts';
export { resolveKeymap } from './tui/keys.ts';
export type { ExclusiveTerminal } from './tui/start.tsx';
export { createTerminalScreen, type TerminalScreen } from './tui/terminal-screen.ts';
export type { ThemeName } from './tui/theme.ts';

/**
 * Ink draws nothing before its end where `CI` is set, and its library for colours draws none: both look when they are
 * loaded, and at whether the variable is there, whatever its value. A person at a terminal wants to see something all the
 * same; programs that are started later find the variables as they were.
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
