/** Faults of the store, of the disk, and of actors that are kept. */
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMachine, setup, spawnChild } from 'xstate';
import { faultOfDisk } from '../../src/adapters/fault-of-disk.ts';
import { manualClock, memoryStore, openDurable } from '../../src/durable.ts';
import { levelStore } from '../../src/level.ts';
import type { Repository } from '../cli/repository.ts';
import { type Disk, disk, mayMount } from '../surroundings/mounts.ts';
import { type Raised, raisedBy, raisedFrom, type Scenario, type Scenarios } from './scenario.ts';
import { action, finished, steps, write } from './states.ts';

/** Changes rows of the project's store behind its back. */
async function tamper(project: Repository, prefix: string, value: unknown): Promise<void> {
  const store = await levelStore(join(project.folder, '.git/troupe/store'))();
  let last = '';
  for await (const [key] of store.entries(prefix)) last = key;
  await store.batch([{ type: 'put', key: last, value }]);
  await store.close();
}

const durable = (machine: Parameters<typeof openDurable>[0]['machine'], store = memoryStore()) =>
  openDurable({ store, machine, clock: manualClock() });

const kid = createMachine({ id: 'kid' });
const inline = createMachine({ on: { SPAWN: { actions: spawnChild(kid, { id: 'kid' }) } } });
const unknown = createMachine({ on: { SPAWN: { actions: spawnChild('nobody', { id: 'kid' }) } } });

/** What a root does that is asked to spawn its child. */
const spawning = (machine: typeof inline) => async (): Promise<Raised> => {
  const system = await durable(machine);
  return raisedFrom(() => system.command('spawn', root => root.send({ type: 'SPAWN' })));
};

/** A real disk where one can be made here; elsewhere only what the system says of one. */
function onDisk(
  megabytes: number,
  code: string,
  scenario: (disk: Disk) => Pick<Scenario, 'raise' | 'repair'>,
): Scenario {
  let made: Disk | null = null;
  const heard = Object.assign(new Error('write'), { code });
  const of = (project: Repository) => {
    made ??= disk(join(project.folder, '..', 'keep'), megabytes);
    return made;
  };
  return {
    when: `a disk answers ${code}`,
    once: true,
    raise: async project =>
      mayMount
        ? scenario(of(project)).raise(project)
        : raisedFrom(() => Promise.reject(faultOfDisk(heard, { where: project.folder, what: 'It cannot be written' }))),
    repair: project => mayMount && scenario(of(project)).repair?.(project),
    release: () => made?.remove(),
  };
}

const small = action(steps(write('b.txt', 'x')));

export const runtimeFaults: Scenarios = {
  DISK_FULL: onDisk(2, 'ENOSPC', ({ folder }) => ({
    raise: project => {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(join(folder, 'filler'), Buffer.alloc(bavail * bsize));
      project.write('work.yaml', small);
      return raisedBy(project, ['--store', folder, 'run', '-f', 'work.yaml']);
    },
    repair: () => rmSync(join(folder, 'filler'), { force: true }),
  })),
  READ_ONLY: onDisk(8, 'EROFS', each => ({
    raise: project => {
      each.writable(false);
      project.write('work.yaml', small);
      return raisedBy(project, ['--store', each.folder, 'run', '-f', 'work.yaml']);
    },
  })),
  TOO_MANY_FILES: {
    when: 'the system lets a process open no more files',
    raise: async ({ folder }) =>
      raisedFrom(() => {
        throw faultOfDisk(Object.assign(new Error('spawn'), { code: 'EMFILE' }), {
          where: folder,
          what: 'git cannot be started',
        });
      }),
  },
  STORE_DAMAGED: {
    when: 'a file of the store holds something else',
    begin: finished,
    raise: async project => {
      writeFileSync(join(project.folder, '.git/troupe/store/CURRENT'), 'garbage\n');
      return raisedBy(project, ['plan', 'revert']);
    },
  },
  STORE_FORMAT: {
    when: 'the store was written by a later version',
    begin: finished,
    raise: async project => {
      await tamper(project, 'm/format', 999);
      return raisedBy(project, ['plan', 'revert']);
    },
  },
  RESTORE_FAILED: {
    when: 'the machine does not know an actor of the store any more',
    begin: finished,
    raise: async () => {
      const store = memoryStore();
      const before = await durable(
        setup({ actors: { kid } }).createMachine({ entry: spawnChild('kid', { id: 'kid' }) }),
        store,
      );
      await before.close();
      return raisedFrom(() => durable(createMachine({}), store));
    },
  },
  INLINE_ACTOR: { when: 'a machine spawns what it does not know', begin: finished, raise: spawning(unknown) },
  ROOT_FAILED: { when: 'a machine throws while it spawns', begin: finished, raise: spawning(inline) },
  UNKNOWN_ACTOR: {
    when: 'a host asks for an actor that no machine spawned',
    begin: finished,
    raise: async () => {
      const system = await durable(createMachine({}));
      const raised = await raisedFrom(() => system.get('nobody'));
      await system.close();
      return raised;
    },
  },
  SYSTEM_CLOSED: {
    when: 'a host asks something of a system that it closed',
    begin: finished,
    raise: async () => {
      const system = await durable(createMachine({}));
      await system.close();
      return raisedFrom(() => system.command('late', root => root.send({ type: 'X' })));
    },
  },
};
