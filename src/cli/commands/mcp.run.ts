import { commandHint, TroupeError } from '../../index.ts';
import type { RunCommand } from '../command.ts';
import { serveMcp } from '../mcp/serve.ts';

/** Serves the tools until standard input ends, or a signal arrives. Standard output carries nothing but the protocol. */
export const run: RunCommand = async context => {
  if (!['rich', 'plain'].includes(context.globals.format)) {
    throw new TroupeError('USAGE', 'Standard output carries the protocol, so there is no other format', {
      where: `--format ${context.globals.format}`,
      hints: [commandHint('mcp')],
    });
  }
  const stop = new AbortController();
  const release = context.interrupts.handle(() => stop.abort());
  try {
    await serveMcp(context, AbortSignal.any([stop.signal, context.interrupts.terminated]));
  } finally {
    release();
  }
  return { data: { served: true }, text: '' };
};
