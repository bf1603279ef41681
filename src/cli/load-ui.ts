/**
 * Ink draws nothing before its end where `CI` is set, which it looks at when it is loaded. A person at a terminal wants
 * to see something all the same; programs that are started later find the variables as they were.
 */
export async function loadUi(): Promise<typeof import('../tui/start.tsx')> {
  const { CI, CONTINUOUS_INTEGRATION } = process.env;
  process.env.CI = 'false';
  process.env.CONTINUOUS_INTEGRATION = 'false';
  try {
    return await import('../tui/start.tsx');
  } finally {
    restore({ CI, CONTINUOUS_INTEGRATION });
  }
}

function restore(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
