import type { CommandDefinition } from '../command.ts';

export const command: CommandDefinition = {
  path: 'inspect',
  summary: 'Serve a local page with live plans: timeline, statecharts, messages, conflicts',
  examples: [
    ['troupe inspect', 'print an address that opens once; Ctrl-C closes it; plans continue'],
    ['troupe inspect --control', 'allow the page to send commands'],
    ['troupe inspect --report run.html', 'one file that opens anywhere, for tickets and CI'],
    ['troupe inspect --stately ws://127.0.0.1:8080', 'also send events to a viewer of the standard protocol'],
  ],
  flags: [
    { flags: '--control', meaning: 'allow the page to send commands; the default is read-only' },
    { flags: '--port <number>', meaning: 'the port to listen on; default a free one' },
    { flags: '--report <file>', meaning: 'write everything to one HTML file and exit' },
    { flags: '--stately <url>', meaning: 'also send events to a viewer of @statelyai/inspect at this address' },
  ],
  load: () => import('./inspect.run.ts'),
};
