import { describe, expect, test } from 'vitest';
import { mentionsIn } from '../../../actors/agent/mentions.ts';
import { changedPaths, watchCheckout } from '../../../actors/agent/watch-checkout.ts';
import type { EffectServices } from '../../../actors/services.ts';
import type { Fingerprint, Project } from '../../../src/ports/project.ts';

const still = { head: 'main 1', index: 'i', status: { 'a.txt': '1' } };

describe('the changes in a checkout', () => {
  test('are none when it did not change', () => {
    expect(changedPaths(still, { ...still, status: { ...still.status } })).toEqual([]);
  });

  test('are all files that changed, appeared or disappeared, by name [R126]', () => {
    expect(changedPaths(still, { ...still, status: { 'a.txt': '2', 'b.txt': '1' } })).toEqual(['a.txt', 'b.txt']);
    expect(changedPaths(still, { ...still, status: {} })).toEqual(['a.txt']);
  });

  test('are HEAD or the index when no file shows the change', () => {
    expect(changedPaths(still, { ...still, head: 'main 2' })).toEqual(['HEAD']);
    expect(changedPaths(still, { ...still, index: 'j' })).toEqual(['index']);
  });
});

/** A checkout that returns the given states in order; the last one is repeated. */
const checkout = (looks: Fingerprint[], states: { markers: string; inProgress: boolean }[], alike: string[] = []) =>
  ({
    root: '/project',
    fingerprint: async () => (looks.length > 1 ? looks.shift() : looks[0]),
    applyState: async () => (states.length > 1 ? states.shift() : states[0]),
    capture: async () => ({ tree: 'after', ref: null }),
    matchingPaths: async () => alike,
  }) as unknown as Project;
const idle = { markers: 'one', inProgress: false };
const moved = { ...still, status: { 'a.txt': '2', 'b.txt': '1' } };

/** The changes attributed to an agent whose programs show `signs`; `own` is written by Troupe. */
async function found(
  project: Project,
  options: { signs?: [string, string][]; own?: string[]; inside?: boolean; prints?: string } = {},
) {
  const { signs = [], own = [], inside = false, prints = '' } = options;
  const programs = {
    roots: [['/project']],
    evidence: async () => new Map(signs),
    workedIn: () => inside,
    stop: () => undefined,
  };
  const checkouts = { watch: async () => programs, ownFiles: async () => new Set(own) };
  const job = { agent: 'player', sandbox: { key: 'k', path: '/box' }, tree: 'before' };
  const watched = await watchCheckout({ checkouts } as unknown as EffectServices, project, {
    job: job as never,
    key: 'k',
  });
  watched.mentions.line(prints);
  const { signs: shown, unexplained } = await watched.changes();
  return { shown: Object.fromEntries(shown), unexplained };
}

describe('a changed checkout', () => {
  test('is the agent’s when its files are as in the sandbox, when a program had them open, or when its output names them [R126]', async () => {
    const alike = await found(checkout([still, moved], [idle], ['a.txt']));
    expect(alike).toEqual({ shown: { 'a.txt': expect.stringContaining('in its sandbox') }, unexplained: ['b.txt'] });
    const open = await found(checkout([still, moved], [idle]), { signs: [['/project/b.txt', 'process 7 had it']] });
    expect(open).toEqual({ shown: { 'b.txt': 'process 7 had it' }, unexplained: ['a.txt'] });
    const named = await found(checkout([still, moved], [idle]), { prints: 'wrote /project/a.txt.' });
    expect(named).toEqual({ shown: { 'a.txt': 'its output names it' }, unexplained: ['b.txt'] });
  });

  test('includes a HEAD that the agent moved when one of its programs worked there', async () => {
    const looks = () => [still, { ...still, head: 'main 2' }];
    expect(await found(checkout(looks(), [idle]))).toEqual({ shown: {}, unexplained: ['HEAD'] });
    const inside = await found(checkout(looks(), [idle]), { inside: true });
    expect(inside).toEqual({ shown: { HEAD: expect.stringContaining('worked in /project') }, unexplained: [] });
  });

  test('does not count what Troupe itself writes', async () => {
    const own = ['/project/a.txt', '/project/b.txt'];
    expect(await found(checkout([still, moved], [idle]), { own })).toEqual({ shown: {}, unexplained: [] });
  });

  test.each([
    ['came meanwhile', [idle, { ...idle, markers: 'two' }]],
    ['was under way when the work began', [{ ...idle, inProgress: true }, idle]],
    ['is under way when it ends', [idle, { ...idle, inProgress: true }]],
  ])('does not count when an apply %s, of any plan or process', async (_, states) => {
    expect(await found(checkout([still, moved], states))).toEqual({ shown: {}, unexplained: [] });
  });
});

describe('the mentions of an agent', () => {
  const of = (given: { line?: string; input?: unknown }, path = 'src/a.ts') => {
    const mentions = mentionsIn([['/link', '/real']]);
    if (given.line !== undefined) mentions.line(given.line);
    if (given.input !== undefined) mentions.call({ tool: 'run', input: given.input, result: null });
    return mentions.of('/link', path) !== null;
  };

  test.each([
    ['under a name of the checkout', { line: 'edit /link/src/a.ts' }],
    ['under its real name', { line: '{"path":"/real/src/a.ts"}' }],
    ['at the end of a sentence', { line: 'I changed /link/src/a.ts.' }],
    ['after a change into the checkout', { input: { argv: ['sh', '-c', 'cd /link && echo > src/a.ts'] } }],
    ['in a call with the checkout as its folder', { input: { cwd: '/real/', files: ['./src/a.ts'] } }],
  ])('include a file %s', (_, given) => {
    expect(of(given)).toBe(true);
  });

  test.each([
    ['another file that begins the same', { line: '/link/src/a.ts.bak /link/src/a.tsx' }],
    ['the same path in another folder', { line: 'edit /linked/src/a.ts and src/a.ts' }],
    ['a path beside a program of the checkout', { input: { argv: ['/link/bin/format', 'src/a.ts'] } }],
  ])('do not include %s', (_, given) => {
    expect(of(given)).toBe(false);
  });
});
