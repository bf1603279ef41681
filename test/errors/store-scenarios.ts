/** Errors of the store, of the disk, and of stored actors. */
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyStateMachine, createMachine, setup, spawnChild } from 'xstate';
import { toDiskError } from '../../src/adapters/fs/disk-error.ts';
import { leaseLostError } from '../../src/adapters/stores/postgres-lease.ts';
import { manualClock, memoryStore, openDurable } from '../../src/durable.ts';
import { levelStore } from '../../src/level.ts';
import { postgresStore } from '../../src/postgres.ts';
import type { TestRepository } from '../cli/test-repository.ts';
import { type Disk, disk, mayMount } from '../environment/mounts.ts';
import { hasPostgres, startPostgres } from '../postgres/server.ts';
import { action, completedState, steps, write } from './project-states.ts';
import { type ErrorScenario, type ErrorScenarios, errorOfCall, errorOfCommand, type RaisedError } from './scenario.ts';

/** Changes rows of the project's store directly. */
async function corruptRows(project: TestRepository, prefix: string, value: unknown): Promise<void> {
  const store = await levelStore(join(project.folder, '.git/troupe/store'))();
  let last = '';
  for await (const [key] of store.entries(prefix)) last = key;
  await store.batch([{ type: 'put', key: last, value }]);
  await store.close();
}

const durable = (machine: AnyStateMachine, store = memoryStore()) =>
  openDurable({ store, machine, clock: manualClock() });

const childMachine = createMachine({ id: 'kid' });
const inline = createMachine({ on: { SPAWN: { actions: spawnChild(childMachine, { id: 'kid' }) } } });
const unknown = createMachine({ on: { SPAWN: { actions: spawnChild('absent', { id: 'kid' }) } } });

/** The behaviour of a root that is asked to spawn its child. */
const spawning = (machine: typeof inline) => async (): Promise<RaisedError> => {
  const system = await durable(machine);
  return errorOfCall(() => system.command('spawn', root => root.send({ type: 'SPAWN' })));
};

/** A real disk if one can be mounted here; otherwise only its system error. */
function onSmallDisk(
  megabytes: number,
  code: string,
  scenario: (disk: Disk) => Pick<ErrorScenario, 'raise' | 'repair'>,
): ErrorScenario {
  let made: Disk | null = null;
  const systemError = Object.assign(new Error('write'), { code });
  const of = (project: TestRepository) => {
    made ??= disk(join(project.folder, '..', 'keep'), megabytes);
    return made;
  };
  return {
    when: `the disk fails with ${code}`,
    runsOnce: true,
    raise: async project =>
      mayMount
        ? scenario(of(project)).raise(project)
        : errorOfCall(() =>
            Promise.reject(toDiskError(systemError, { where: project.folder, what: 'It cannot be written' })),
          ),
    repair: project => mayMount && scenario(of(project)).repair?.(project),
    release: () => made?.remove(),
  };
}

async function writeWithoutLease(): Promise<void> {
  const server = await startPostgres();
  const store = await postgresStore(server.url)();
  try {
    await server.query('UPDATE troupe.owner SET epoch = epoch + 1, holder = gen_random_uuid()');
    await store.batch([{ type: 'put', key: 'a', value: 1 }]);
  } finally {
    await store.close();
    await server.stop();
  }
}

const smallDisk = action(steps(write('b.txt', 'x')));

export const storeErrors: ErrorScenarios = {
  DISK_FULL: onSmallDisk(2, 'ENOSPC', ({ folder }) => ({
    raise: project => {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(join(folder, 'filler'), Buffer.alloc(bavail * bsize));
      project.write('work.yaml', smallDisk);
      return errorOfCommand(project, ['--store', folder, 'run', '-f', 'work.yaml']);
    },
    repair: () => rmSync(join(folder, 'filler'), { force: true }),
  })),
  READ_ONLY: onSmallDisk(8, 'EROFS', each => ({
    raise: project => {
      each.writable(false);
      project.write('work.yaml', smallDisk);
      return errorOfCommand(project, ['--store', each.folder, 'run', '-f', 'work.yaml']);
    },
  })),
  TOO_MANY_FILES: {
    when: 'the process reaches its limit of open files',
    raise: async ({ folder }) =>
      errorOfCall(() => {
        throw toDiskError(Object.assign(new Error('spawn'), { code: 'EMFILE' }), {
          where: folder,
          what: 'git cannot be started',
        });
      }),
  },
  STORE_DAMAGED: {
    when: 'a file of the store has invalid content',
    initialState: completedState,
    raise: async project => {
      writeFileSync(join(project.folder, '.git/troupe/store/CURRENT'), 'garbage\n');
      return errorOfCommand(project, ['plan', 'revert']);
    },
  },
  STORE_UNREACHABLE: {
    when: 'no PostgreSQL server listens at the address',
    raise: () => errorOfCall(() => postgresStore('postgres://127.0.0.1:1/shop', { reconnectMs: 0 })()),
    repeatsFor: /^pg_isready /,
  },
  LEASE_LOST: {
    when: hasPostgres
      ? 'another process took the store on PostgreSQL over'
      : 'another process takes a store on PostgreSQL over (not raised by a server: PostgreSQL is not installed)',
    raise: () =>
      errorOfCall(hasPostgres ? writeWithoutLease : () => Promise.reject(leaseLostError(null, 'postgres://'))),
  },
  STORE_FORMAT: {
    when: 'the store was written by a later version',
    initialState: completedState,
    raise: async project => {
      await corruptRows(project, 'm/format', 999);
      return errorOfCommand(project, ['plan', 'revert']);
    },
  },
  RESTORE_FAILED: {
    when: 'the machine no longer has an actor of the store',
    initialState: completedState,
    raise: async () => {
      const store = memoryStore();
      const before = await durable(
        setup({ actors: { kid: childMachine } }).createMachine({ entry: spawnChild('kid', { id: 'kid' }) }),
        store,
      );
      await before.close();
      return errorOfCall(() => durable(createMachine({}), store));
    },
  },
  NOT_STORABLE: {
    when: 'a machine holds a function',
    initialState: completedState,
    raise: () => errorOfCall(() => durable(createMachine({ context: { notify: () => {} } }))),
  },
  ENDLESS_LOOP: {
    when: 'a machine goes round in circles',
    initialState: completedState,
    raise: () =>
      errorOfCall(() => durable(createMachine({ initial: 'a', states: { a: { always: 'b' }, b: { always: 'a' } } }))),
  },
  INLINE_ACTOR: {
    when: 'a machine spawns an unknown actor',
    initialState: completedState,
    raise: spawning(unknown),
  },
  ROOT_FAILED: { when: 'a machine throws while it spawns', initialState: completedState, raise: spawning(inline) },
  UNKNOWN_ACTOR: {
    when: 'a host asks for an actor that no machine spawned',
    initialState: completedState,
    raise: async () => {
      const system = await durable(createMachine({}));
      const raised = await errorOfCall(() => system.get('absent'));
      await system.close();
      return raised;
    },
  },
  INSTANCE_FAILED: {
    when: 'the machine of an instance throws',
    initialState: completedState,
    raise: async () => {
      const machines = { order: inline };
      await using system = await openDurable({ store: memoryStore(), machines, clock: manualClock() });
      const order = await system.start('order', { id: '17' });
      return await errorOfCall(() => order.send({ type: 'SPAWN' }));
    },
  },
  INSTANCE_ENDED: {
    when: 'a host sends an event to an instance that was stopped',
    initialState: completedState,
    raise: async () => {
      const machines = { order: createMachine({}) };
      await using system = await openDurable({ store: memoryStore(), machines, clock: manualClock() });
      const order = await system.start('order', { id: '17' });
      await order.stop();
      return await errorOfCall(() => order.send({ type: 'PAY' }));
    },
  },
  SYSTEM_CLOSED: {
    when: 'a host calls a closed system',
    initialState: completedState,
    raise: async () => {
      const system = await durable(createMachine({}));
      await system.close();
      return errorOfCall(() => system.command('late', root => root.send({ type: 'X' })));
    },
  },
};
