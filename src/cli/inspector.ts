import { commandHint, type Troupe, TroupeError } from '../index.ts';
import type { Inspector } from '../inspector.ts';
import { omitUndefined } from '../model/optional-keys.ts';
import type { CommandContext } from './command.ts';

/** Opens the inspector's page on a Troupe, as the flags say, and prints its address. */
export async function openInspector(context: CommandContext, troupe: Troupe): Promise<Inspector> {
  const { args, log } = context;
  const { serveInspector } = await import('../inspector.ts');
  const stately = args.text('stately');
  const inspector = await serveInspector({
    troupe,
    control: args.has('control'),
    port: parsePort(args.text('port')),
    ...omitUndefined({ stately }),
    onError: ({ message }) => log(message, 'warning'),
  });
  log(`Open ${inspector.invite()}   (it opens once)`);
  return inspector;
}

/** The same during another command, with `--inspect`. */
export async function openInspectorIfRequested(context: CommandContext, troupe: Troupe): Promise<AsyncDisposable> {
  if (context.args.has('inspect')) return openInspector(context, troupe);
  return { [Symbol.asyncDispose]: async () => undefined };
}

/** Opens a read-only page on first use. */
export function createLazyInspector(troupe: Troupe): AsyncDisposable & { invite(): Promise<string> } {
  let page: Promise<Inspector> | null = null;
  return {
    async invite() {
      const { serveInspector } = await import('../inspector.ts');
      page ??= serveInspector({ troupe });
      return (await page).invite();
    },
    async [Symbol.asyncDispose]() {
      // Nothing to close when it did not open.
      await page?.then(
        opened => opened.close(),
        () => undefined,
      );
    },
  };
}

/** @throws {TroupeError} USAGE */
function parsePort(typed: string | undefined): number {
  if (typed === undefined) return 0;
  const port = Number(typed);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new TroupeError('USAGE', `--port takes a number from 1 to 65535, not "${typed}"`, {
    where: `--port ${typed}`,
    hints: [commandHint('inspect')],
  });
}
