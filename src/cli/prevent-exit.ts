/**
 * Modules of agents run in this process. When one calls `process.exit`, only its own work fails.
 * @param contain fails the work in which it is called, and returns null when it is called in none
 * @returns how to restore `exit`
 */
export function preventExit(
  process: Pick<NodeJS.Process, 'exit'>,
  contain: (error: unknown) => string | null,
): () => void {
  const { exit } = process;
  process.exit = code => {
    const error = new Error(`it called process.exit(${code ?? ''})`);
    if (contain(error) === null) return exit.call(process, code ?? undefined);
    throw error;
  };
  return () => {
    process.exit = exit;
  };
}
