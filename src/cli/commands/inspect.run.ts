import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { RunCommand } from '../command.ts';
import { openInspector } from '../inspector.ts';
import { openProject } from '../project/open-project.ts';

/** Serves the page until you stop it; with `--report` writes it to a file and exits. */
export const run: RunCommand = async context => {
  const { args, globals, interrupts, log } = context;
  await using opened = await openProject(context);
  await using inspector = await openInspector(context, opened.troupe);
  const wanted = args.text('report');
  if (wanted !== undefined) {
    const file = resolve(globals.directory, wanted);
    await inspector.waitUntilQuiet();
    await writeFile(file, await inspector.report());
    return {
      data: { address: null, report: file },
      text: `Wrote ${wanted}: it opens in any browser, without a server.`,
    };
  }
  log(`Programs with a stock @statelyai/inspect client send to ${inspector.receiver}`);
  log('Ctrl-C closes the page; no plan stops for it');
  const stop = new AbortController();
  const letGo = interrupts.handle(() => stop.abort());
  await new Promise<void>(enough => {
    for (const signal of [stop.signal, interrupts.terminated]) signal.addEventListener('abort', () => enough());
  });
  letGo();
  return { data: { address: inspector.address, report: null }, text: 'The page is closed.' };
};
