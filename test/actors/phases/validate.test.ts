import { expect, test } from 'vitest';
import { runValidations } from '../../../actors/phases/validate.ts';
import { Setup } from '../../../src/model/setup.ts';
import { Validation, type ValidationResult } from '../../../src/model/validation.ts';
import type { Ledger } from '../../../src/ports/ledger.ts';
import { planSpec } from '../../fixtures.ts';
import { servicesWith } from '../services.ts';

const where = (): Parameters<typeof runValidations>[2] => ({
  place: async () => ({ directory: '/w', variables: {} }),
  tree: 't1',
  signal: new AbortController().signal,
  marker: 'm',
  step: (_, act) => act(),
  onWait: () => {},
});

/** Runs one check that passes after each set-up, with a cache; returns which results came from the cache. */
async function checkedAfter(setups: readonly (Partial<Setup> | null)[]): Promise<boolean[]> {
  const passed = new Map<string, ValidationResult>();
  const world = servicesWith({
    env: {},
    log: () => {},
    ledger: { cachedValidation: async checked => passed.get(checked) ?? null } as Partial<Ledger> as Ledger,
    run: async () => ({ outcome: 'exited', exitCode: 0, durationMs: 1, digest: 'd', tail: '' }),
  });
  const cached: boolean[] = [];
  for (const setup of setups) {
    const spec = planSpec({
      validations: [Validation.parse({ name: 'tests', argv: ['true'] })],
      ...(setup === null ? {} : { setup: Setup.parse(setup) }),
    });
    const [result] = await runValidations(world, spec, where());
    if (result?.checked !== undefined) passed.set(result.checked, result);
    cached.push(result?.cached === true);
  }
  return cached;
}

test('A validation that passed runs again after any change of the set-up [R131]', async () => {
  const setups = [
    null,
    {},
    { run: [['make']] },
    { run: [['make'], ['make', 'deps']] },
    { run: [['make', 'make', 'deps']] },
    { env: { DEPTH: '9' } },
    { include: ['.env'] },
    { link: ['.env'] },
  ];
  expect(await checkedAfter(setups)).toEqual(setups.map(() => false));
  expect((await checkedAfter([...setups, ...setups])).slice(setups.length)).toEqual(setups.map(() => true));
});

test('A result has its command, exit code and digest of its output, whether it passed or not [R134]', async () => {
  const ends = [0, 3, null];
  const world = servicesWith({
    env: {},
    log: () => {},
    ledger: { cachedValidation: async () => null } as Partial<Ledger> as Ledger,
    run: async ({ argv }) => {
      const exitCode = ends[Number(argv[1])] ?? null;
      const outcome = exitCode === null ? ('timed_out' as const) : ('exited' as const);
      return { outcome, exitCode, durationMs: 1, digest: `digest of ${argv[1]}`, tail: 'said' };
    },
  });
  const validations = ends.map((_, at) => Validation.parse({ name: `check ${at}`, argv: ['try', String(at)] }));
  const results = await runValidations(world, planSpec({ validations }), where());
  expect(results.map(({ argv, exitCode, outputDigest, passed }) => [argv, exitCode, outputDigest, passed])).toEqual([
    [['try', '0'], 0, 'digest of 0', true],
    [['try', '1'], 3, 'digest of 1', false],
    [['try', '2'], null, 'digest of 2', false],
  ]);
  expect(results.every(({ treeOid }) => treeOid === 't1')).toBe(true);
});
