/** The example whose machines the inspector shows, run as a user runs it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface ShopExample {
  /** Opens its page once. */
  address: string;
  /** Presses Enter, and returns the output that follows. */
  enter(): Promise<string>;
  close(): Promise<void>;
}

export async function startShopExample(): Promise<ShopExample> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/inspector/shop.ts'], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => String((await lines.next()).value);
  const [, address = ''] = /(http\S+)$/.exec(await nextLine()) ?? [];
  await nextLine();
  return {
    address,
    async enter() {
      child.stdin.write('\n');
      return nextLine();
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
