/**
 * Node's warnings are for developers of Troupe: a terminal shows them only with `-v`. A background process writes
 * them to its log.
 */
export function suppressWarnings(process: NodeJS.Process, { shown }: { shown: boolean }): void {
  if (shown) return;
  // Node prints from a listener of its own; an empty listener keeps it from being added again.
  process.removeAllListeners('warning');
  process.on('warning', () => undefined);
}
