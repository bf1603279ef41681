import { existsSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createOutputRegistry } from '../../src/host/output-registry.ts';
import { readOwner } from '../../src/host/owner-file.ts';
import { ClientMessage, parseMessage } from '../../src/host/protocol.ts';
import type { SharedTroupe } from '../../src/host/shared-troupe.ts';
import { type PlanEvent, type Troupe, TroupeError } from '../../src/index.ts';
import { hintLine } from '../hint-line.ts';
import { createClientFixture, testAction } from './client-fixture.ts';

const writes = async ({ call }: { call(tool: string, input: unknown): Promise<unknown> }) => {
  await call('write', { path: 'b.txt', content: 'new\n' });
};

describe('several clients of one store', () => {
  test('the first owns it, the others get the same results: plans, records, bytes, errors [R98, R161]', async () => {
    await using home = createClientFixture(writes);
    const first = await home.openClient();
    const second = await home.openClient();
    expect([first.role(), second.role()]).toEqual(['owner', 'attached']);
    expect(second.owner().pid).toBe(process.pid);
    await second.troupe.actions.create(testAction);
    const plan = await second.troupe.use({ action: 'local/play' });
    await plan.execute();
    const record = await plan.waitUntilIdle();
    expect([record.phase, record.state]).toEqual(['execute', 'complete']);
    const same = await first.troupe.get(plan.id);
    expect(await same.record()).toEqual(record);
    expect(await second.troupe.tree(plan.id)).toEqual(await first.troupe.tree(plan.id));
    expect(await plan.diff()).toContain('+new');
    await expect(plan.conflicts.resolve('a.txt', { content: Buffer.from([0, 255]) })).rejects.toMatchObject({
      code: 'UNKNOWN_CONFLICT',
      hints: [hintLine(`troupe plan conflicts ${plan.id}`)],
    });
    await expect(second.troupe.get('NOWHERE')).rejects.toMatchObject({ code: 'UNKNOWN_PLAN' });
    const [checkpoint] = await plan.checkpoints.list();
    expect((await plan.rollback(checkpoint?.checkpointId ?? '')).changes).toEqual([
      { file: 'b.txt', action: 'removed' },
    ]);
    // A transition made through one client is visible to the next call of another.
    expect(await same.record()).toMatchObject({ phase: 'execute', state: 'queued' });
  });

  test('the owner gets the Troupe that it opened, and closing it also closes the socket', async () => {
    await using home = createClientFixture();
    const owner = await home.openClient();
    const [opened] = home.opened;
    expect(Object.keys(owner.troupe).sort()).toEqual(Object.keys(opened ?? {}).sort());
    const { close: _, ...members } = owner.troupe;
    for (const [name, member] of Object.entries(members)) expect(member).toBe(opened?.[name as keyof Troupe]);
    const socket = (await readOwner(home.file))?.socket ?? '';
    await owner.troupe.close();
    expect(existsSync(socket)).toBe(false);
  });

  test('the socket is for its user only', async () => {
    await using home = createClientFixture();
    await home.openClient();
    const socket = (await readOwner(home.file))?.socket ?? '';
    expect(statSync(socket).mode & 0o777).toBe(0o600);
  });

  test('every client gets every event once, also those that connect late', async () => {
    await using home = createClientFixture(writes);
    const first = await home.openClient();
    const windows = await Promise.all(Array.from({ length: 5 }, () => home.openClient()));
    await first.troupe.actions.create(testAction);
    const plan = await first.troupe.use({ action: 'local/play' });
    const listeners = windows.map(async window => {
      const events: PlanEvent[] = [];
      for await (const event of (await window.troupe.get(plan.id)).events()) events.push(event);
      return events.map(({ seq }) => seq);
    });
    await plan.execute();
    await plan.waitUntilIdle();
    const all: string[] = [];
    for await (const event of plan.events()) all.push(event.seq);
    for (const each of await Promise.all(listeners)) expect(all.slice(0, each.length)).toEqual(each);
    const late: string[] = [];
    for await (const event of (await (await home.openClient()).troupe.get(plan.id)).events()) late.push(event.seq);
    expect(late).toEqual(all);
  });

  test('report what they print to, so that its owner does not count it as a change of a checkout', async () => {
    await using home = createClientFixture(writes);
    const of = (ino: string) => createOutputRegistry([{ kind: 'file', dev: '1', ino }]);
    const owner = of('1');
    await home.openClient({ outputs: owner });
    await home.openClient({ outputs: of('2') });
    expect(owner.all().map(({ ino }) => ino)).toEqual(['1', '2']);
  });

  test('of two concurrent commands one succeeds, and the other gets an error [R99]', async () => {
    await using home = createClientFixture(writes);
    const [one, other] = [await home.openClient(), await home.openClient()];
    await one.troupe.actions.create(testAction);
    const { id } = await one.troupe.use({ action: 'local/play' });
    await (await one.troupe.get(id)).waitUntilIdle();
    const answers = await Promise.allSettled(
      [one, other].map(async ({ troupe }) => {
        const plan = await troupe.get(id);
        await plan.ifUnchangedSince(await plan.record()).execute();
      }),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'LOCK_CONFLICT' } });
    await (await one.troupe.get(id)).waitUntilIdle();
  });

  test('a client that closes stops nothing', async () => {
    let finish: () => void = () => {};
    const finished = new Promise<void>(resolve => {
      finish = resolve;
    });
    await using home = createClientFixture(async task => {
      await finished;
      await writes(task);
    });
    const owner = await home.openClient();
    const window = await home.openClient();
    await window.troupe.actions.create(testAction);
    const plan = await window.troupe.use({ action: 'local/play' });
    await plan.execute();
    await window.close();
    finish();
    expect((await (await owner.troupe.get(plan.id)).waitUntilIdle()).state).toBe('complete');
  });

  test('when the owner closes, a client becomes the owner, and its streams continue', async () => {
    await using home = createClientFixture(writes);
    const owner = await home.openClient();
    const window = await home.openClient();
    await owner.troupe.actions.create(testAction);
    const { id } = await owner.troupe.use({ action: 'local/play' });
    const plan = await window.troupe.get(id);
    await plan.waitUntilIdle();
    const received: string[] = [];
    const listening = (async () => {
      for await (const event of plan.events()) received.push(event.seq);
    })();
    await listening;
    await owner.close();
    expect(window.role()).toBe('attached');
    await plan.execute();
    expect(window.role()).toBe('owner');
    expect((await plan.waitUntilIdle()).state).toBe('complete');
  });

  test('no client replaces an owner that was stopped on purpose', async () => {
    await using home = createClientFixture();
    const owner = await home.openClient();
    const window = await home.openClient();
    await owner.close('stopped');
    await expect(window.troupe.list()).rejects.toMatchObject({
      code: 'OWNER_LOST',
      details: { closeReason: 'stopped' },
    });
  });

  test('another version is rejected by name, without affecting others', async () => {
    await using home = createClientFixture();
    const owner = await home.openClient();
    await expect(home.openClient({ version: '2.0.0' })).rejects.toMatchObject({
      code: 'VERSION_MISMATCH',
      message: expect.stringContaining('troupe 1.0.0'),
    });
    expect(await owner.troupe.list()).toEqual([]);
  });

  test('a read-only command waits for another one, and accepts no clients', async () => {
    await using home = createClientFixture();
    const looking = await home.openClient({ mode: 'exclusive' });
    expect((await readOwner(home.file))?.socket).toBeNull();
    await expect(home.openClient({ waitMs: 50 })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await looking.close();
    expect((await home.openClient()).role()).toBe('owner');
  });

  test('a background owner resumes interrupted plans, and exits when nothing is working and no client is connected', async () => {
    await using home = createClientFixture(writes);
    const starts: Promise<void>[] = [];
    const start = async () => {
      const background = await home.openClient({ background: true });
      starts.push(background.waitUntilIdle({ idleMs: 20, signal: new AbortController().signal }));
      return { ended: new Promise<null>(() => undefined) };
    };
    const window = await home.openClient({ mode: 'attach', start });
    expect(window.role()).toBe('attached');
    await window.troupe.actions.create(testAction);
    const plan = await window.troupe.use({ action: 'local/play' });
    await plan.execute();
    await plan.waitUntilIdle();
    await window.close();
    expect(starts).toHaveLength(1);
    await starts[0];
  });

  test('a background owner that starts slowly is waited for as long as its process lives', async () => {
    await using home = createClientFixture();
    const running: Promise<SharedTroupe>[] = [];
    const start = async () => {
      running.push(home.openClient({ background: true }));
      return { ended: new Promise<null>(() => undefined) };
    };
    const window = await home.openClient({ mode: 'attach', start, waitMs: 0 });
    expect(window.role()).toBe('attached');
    // It accepts clients before it has resumed its plans.
    expect((await Promise.all(running)).map(owner => owner.role())).toEqual(['owner']);
  });

  test.each([
    ['its error, if it has one', new TroupeError('DISK_FULL', 'The disk is full'), { code: 'DISK_FULL' }],
    [
      'the command that shows why, if it has none',
      null,
      { code: 'OWNER_LOST', hints: [expect.objectContaining({ command: 'owner serve' })] },
    ],
  ])('a background owner that ends while it starts is reported with %s', async (_, error, expected) => {
    await using home = createClientFixture();
    const start = async () => ({ ended: Promise.resolve(error) });
    await expect(home.openClient({ mode: 'attach', start, waitMs: 0 })).rejects.toMatchObject(expected);
  });
});

describe('an owner', () => {
  /** Sends text to the owner without a request, and returns its answers until it disconnects. */
  const say = async (socket: string, ...words: (string | Buffer)[]) =>
    new Promise<string>(resolve => {
      let reply = '';
      const peer = connect(socket, () => {
        for (const word of words) peer.write(word);
      });
      peer.on('data', bytes => {
        reply += bytes.toString();
      });
      peer.on('error', () => undefined);
      peer.on('close', () => resolve(reply));
    });
  const hello = '{"type":"hello","protocol":1,"version":"1.0.0"}\n';

  test.each([
    ['noise', [Buffer.from([0, 255, 10, 1, 2, 3, 10])]],
    ['an unfinished message and silence', ['{"type":"hel']],
    ['silence', []],
    ['a message that is too long', [hello, 'x'.repeat(5_000)]],
    ['a call before hello', ['{"type":"call","id":1,"request":{"to":"troupe","method":"plans","args":[]}}\n']],
    ['hello twice', [hello, hello]],
    ['a message that is none', [hello, '{"type":"obey"}\n']],
    ['an unknown type tag', [hello, '{"$":"gun"}\n']],
  ])('disconnects on %s, and serves the others', async (_name, words) => {
    await using home = createClientFixture();
    const limits = { requestBytes: 2_000, helloMs: 100, stallMs: 100 };
    const owner = await home.openClient({ limits });
    const window = await home.openClient({ limits });
    const socket = (await readOwner(home.file))?.socket ?? '';
    expect(await say(socket, ...words)).toMatch(/PROTOCOL_BROKEN|^$/);
    expect(await window.troupe.list()).toEqual([]);
    expect(await owner.troupe.list()).toEqual([]);
  });

  test.each([
    ['{"type":"obey"}', 'type: has none of the known forms'],
    ['{"type":"credit","id":"x","count":1}', 'id: must be a number, not text'],
    [
      '{"type":"call","id":1,"request":{"to":"me","method":"x","args":[]}}',
      'request.to: must be one of troupe, actions, plan, checkpoints, conflicts, review',
    ],
    ['7', 'it must be a map of keys, not a number'],
  ])('rejects the message %s and says which part is wrong', (message, problem) => {
    expect(() => parseMessage(ClientMessage, JSON.parse(message))).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_BROKEN', message: `A message is not of the protocol: ${problem}` }),
    );
  });

  test('answers an unknown request with an error and continues to listen', async () => {
    await using home = createClientFixture();
    await home.openClient();
    const socket = (await readOwner(home.file))?.socket ?? '';
    const call = (id: number, request: object) => `${JSON.stringify({ type: 'call', id, request })}\n`;
    const peer = connect(socket);
    let reply = '';
    peer.on('data', bytes => {
      reply += bytes.toString();
    });
    const answers = (count: number) =>
      new Promise<void>(resolve => {
        const look = () => reply.split('\n').length > count && resolve();
        peer.on('data', look);
      });
    const all = answers(4);
    peer.write(hello);
    peer.write(call(1, { to: 'troupe', method: 'constructor', args: [] }));
    peer.write(call(2, { to: 'plan', plan: 'X', method: 'revert', args: [1] }));
    peer.write(call(3, { to: 'troupe', method: 'list', args: [{ all: 'yes' }] }));
    await all;
    peer.destroy();
    const errors = reply
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
      .filter(({ type }) => type === 'error')
      .map(({ id, error }) => [id, error.code])
      .sort();
    expect(errors).toEqual([
      [1, 'PROTOCOL_BROKEN'],
      [2, expect.stringMatching(/INVALID_ARGUMENT|UNKNOWN_PLAN/)],
      [3, 'INVALID_ARGUMENT'],
    ]);
  });

  test('closes the stream of a client that does not read for some time', async () => {
    await using home = createClientFixture(writes);
    const limits = { credit: 2, idleStreamMs: 20, helloMs: 100 };
    const owner = await home.openClient({ limits });
    const window = await home.openClient({ limits });
    await owner.troupe.actions.create(testAction);
    const { id } = await owner.troupe.use({ action: 'local/play' });
    const plan = await owner.troupe.get(id);
    await plan.execute();
    await plan.waitUntilIdle();
    const all: string[] = [];
    for await (const event of plan.events()) all.push(event.seq);
    const socket = (await readOwner(home.file))?.socket ?? '';
    const seen: string[] = [];
    for await (const event of (await window.troupe.get(id)).events()) {
      seen.push(event.seq);
      // Longer than the timeout of the owner, after which it disconnects a silent client.
      if (seen.length === 3) await say(socket);
    }
    expect(seen).toEqual(all);
  });
});
