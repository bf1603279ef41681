/**
 * Node's warnings are for people who work on Troupe, not for those who use it: a terminal never shows them, unless `-v` asks
 * for more. A process without a window keeps them in its log.
 */
export function suppressWarnings(process: NodeJS.Process, { shown }: { shown: boolean }): void {
  if (shown) return;
  // Node prints by a listener of its own; one that does nothing keeps it from coming back.
  process.removeAllListeners('warning');
  process.on('warning', () => undefined);
}
