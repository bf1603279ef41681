/** Node's warnings that one target has many listeners, from the call until `stop`, which returns them. */
export function collectListenerWarnings(): { stop(): Promise<string[]> } {
  const found: string[] = [];
  const collect = ({ name, message }: Error) => {
    if (name === 'MaxListenersExceededWarning') found.push(message);
  };
  process.on('warning', collect);
  return {
    async stop() {
      // Node emits a warning a tick after its cause.
      await new Promise(resolve => setImmediate(resolve));
      process.off('warning', collect);
      return found;
    },
  };
}
