import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { inspecting } from '../inspecting.ts';
import { openHere } from '../open.ts';
import type { Run } from '../verb.ts';

/** Shows the page until a person has seen enough; with `--report` writes it to a file and ends. */
export const run: Run = async context => {
  const { given, globals, interrupts, say } = context;
  await using opened = await openHere(context);
  await using inspector = await inspecting(context, opened.troupe);
  const wanted = given.text('report');
  if (wanted !== undefined) {
    const file = resolve(globals.directory, wanted);
    await inspector.quiet();
    await writeFile(file, await inspector.report());
    return {
      data: { address: null, report: file },
      text: `Wrote ${wanted}: it opens in any browser, without a server.`,
    };
  }
  say(`Programs with a stock @statelyai/inspect client send to ${inspector.receiver}`);
  say('Ctrl-C closes the page; no plan stops for it');
  const stop = new AbortController();
  const letGo = interrupts.hold(() => stop.abort());
  await new Promise<void>(enough => {
    for (const signal of [stop.signal, interrupts.terminated]) signal.addEventListener('abort', () => enough());
  });
  letGo();
  return { data: { address: inspector.address, report: null }, text: 'The page is closed.' };
};
