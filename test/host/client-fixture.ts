import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { gitProject } from '../../src/git.ts';
import type { SharedTroupe, SharedTroupeOptions } from '../../src/host/shared-troupe.ts';
import { openOrAttach } from '../../src/host/shared-troupe.ts';
import { type AgentTask, openTroupe, type Troupe } from '../../src/index.ts';
import { TroupeError } from '../../src/model/errors.ts';
import type { Store, StoreOpener } from '../../src/ports/store.ts';
import { createRepository } from '../cli/test-repository.ts';

/** One store that one process can open at a time, and any number of clients in this process over real sockets. */
export function createClientFixture(run: (task: AgentTask) => Promise<unknown> = async () => undefined) {
  const home = mkdtempSync(join(tmpdir(), 'th-'));
  const project = createRepository();
  const rows = memoryStore();
  let isOpen = false;
  const store: StoreOpener = async () => {
    if (isOpen) throw new TroupeError('STORE_LOCKED', 'locked', { where: home });
    isOpen = true;
    const inner = await rows();
    const own: Store = {
      get: key => inner.get(key),
      entries: (prefix, options) => inner.entries(prefix, options),
      batch: operations => inner.batch(operations),
      close: async () => {
        await inner.close();
        isOpen = false;
      },
    };
    return own;
  };
  const clients: SharedTroupe[] = [];
  const opened: Troupe[] = [];
  return {
    home,
    file: join(home, 'owner.json'),
    /** What the owners opened. */
    opened,
    /** A client that behaves like one in a separate process. */
    async openClient(more: Partial<SharedTroupeOptions> = {}): Promise<SharedTroupe> {
      const hosted = await openOrAttach({
        home,
        file: join(home, 'owner.json'),
        store,
        open: async opener => {
          const troupe = await openTroupe({
            store: opener,
            project: gitProject(project.folder, { sandboxes: join(home, 'w') }),
            agents: {
              player: {
                check: async () => {},
                run: async task => ({ decisions: [], summary: String((await run(task)) ?? '') }),
              },
            },
            resume: false,
          });
          opened.push(troupe);
          return troupe;
        },
        root: project.folder,
        command: 'troupe run',
        pid: process.pid,
        version: '1.0.0',
        surroundings: { platform: process.platform, uid: process.getuid?.() ?? null, runtimeDir: tmpdir() },
        now: () => Date.now(),
        waitMs: 5_000,
        ...more,
      });
      clients.push(hosted);
      return hosted;
    },
    async [Symbol.asyncDispose]() {
      for (const window of clients.splice(0).reverse()) await window.close('stopped');
      project.remove();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export const testAction = { name: 'local/play', description: 'Play', executionActor: 'player' };
