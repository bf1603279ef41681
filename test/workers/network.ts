/**
 * Machines of a run as network namespaces of their own, with one bridge between them. This process has an address in it too. It needs
 * Linux, the program `ip`, and root.
 */
import { execFileSync } from 'node:child_process';

export interface Machine {
  readonly address: string;
  /** The words before a command that runs there. */
  readonly prefix: readonly string[];
  /** Cuts its cable. */
  cut(): void;
  mend(): void;
}

export interface Network {
  machine(name: string): Machine;
  remove(): void;
}

const ip = (...words: string[]) => execFileSync('ip', words, { stdio: 'pipe' });
/** For benchmarks of networks (RFC 2544): no real network has it. */
const addressOf = (at: number) => `198.18.${process.pid % 256}.${at}`;
const switchSpace = `troupe-${process.pid}-switch`;

/** Returns why there can be no such network on this machine; null when there can. */
export function whyNoNetwork(): string | null {
  try {
    createNetwork(['probe']).remove();
    return null;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message.trim().split('\n').slice(-1).join() : String(thrown);
  }
}

export function createNetwork(names: readonly string[]): Network {
  const spaces = names.map(name => `troupe-${process.pid}-${name}`);
  const remove = () => {
    for (const space of [switchSpace, ...spaces]) {
      try {
        ip('netns', 'del', space);
      } catch {
        // It was not created.
      }
    }
  };
  try {
    ip('netns', 'add', switchSpace);
    ip('-n', switchSpace, 'link', 'add', 'bridge', 'type', 'bridge');
    ip('-n', switchSpace, 'link', 'set', 'bridge', 'up');
    const own = `troupe${process.pid}`;
    connect(0, ['name', own]);
    ip('addr', 'add', `${addressOf(1)}/24`, 'dev', own);
    ip('link', 'set', own, 'up');
    for (const [at, space] of spaces.entries()) {
      ip('netns', 'add', space);
      connect(at + 1, ['name', 'eth0', 'netns', space]);
      ip('-n', space, 'addr', 'add', `${addressOf(at + 2)}/24`, 'dev', 'eth0');
      for (const device of ['lo', 'eth0']) ip('-n', space, 'link', 'set', device, 'up');
    }
  } catch (thrown) {
    remove();
    throw thrown;
  }
  return {
    machine(name) {
      const at = names.indexOf(name);
      const set = (state: 'up' | 'down') => ip('-n', switchSpace, 'link', 'set', `port${at + 1}`, state);
      return {
        address: addressOf(at + 2),
        prefix: ['ip', 'netns', 'exec', spaces[at] ?? name],
        cut: () => set('down'),
        mend: () => set('up'),
      };
    },
    remove,
  };
}

/** A cable from a port of the bridge to a device. */
function connect(port: number, peer: readonly string[]): void {
  ip('link', 'add', `port${port}`, 'netns', switchSpace, 'type', 'veth', 'peer', ...peer);
  ip('-n', switchSpace, 'link', 'set', `port${port}`, 'master', 'bridge', 'up');
}
