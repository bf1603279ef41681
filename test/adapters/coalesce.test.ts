import { expect, test } from 'vitest';
import { coalesce } from '../../src/adapters/coalesce.ts';

/** A function whose runs are completed by hand. */
function question() {
  const looks: { answer(value: string): void; fail(): void }[] = [];
  const ask = coalesce(
    () =>
      new Promise<string>((resolve, reject) => {
        looks.push({ answer: resolve, fail: () => reject(new Error('it could not be seen')) });
      }),
  );
  return { looks, ask };
}

const turn = () => new Promise<void>(resolve => setImmediate(resolve));

test('Calls during a run share the next run, and never the current one', async () => {
  const { looks, ask } = question();
  const first = ask();
  const later = [ask(), ask(), ask()];
  await turn();
  expect(looks).toHaveLength(1);
  looks[0]?.answer('before');
  expect(await first).toBe('before');
  await turn();
  expect(looks).toHaveLength(2);
  const last = ask();
  looks[1]?.answer('after');
  expect(await Promise.all(later)).toEqual(['after', 'after', 'after']);
  await turn();
  looks[2]?.answer('at last');
  expect(await last).toBe('at last');
});

test('A call while idle starts a run at once', async () => {
  const { looks, ask } = question();
  for (const at of [0, 1]) {
    const asked = ask();
    expect(looks).toHaveLength(at + 1);
    looks[at]?.answer(`look ${at}`);
    expect(await asked).toBe(`look ${at}`);
    await turn();
  }
});

test('A run that fails rejects only the calls that share it', async () => {
  const { looks, ask } = question();
  const first = ask();
  const second = ask();
  looks[0]?.fail();
  await expect(first).rejects.toThrow('could not be seen');
  await turn();
  looks[1]?.answer('seen');
  expect(await second).toBe('seen');
});
