/** The example whose machines are seen in the inspector, as a person runs it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface ShopExample {
  /** Opens its page once. */
  address: string;
  /** Enter, and what it said then. */
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
  const said = async () => String((await lines.next()).value);
  const [, address = ''] = /(http\S+)$/.exec(await said()) ?? [];
  await said();
  return {
    address,
    async enter() {
      child.stdin.write('\n');
      return said();
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
