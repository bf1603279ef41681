import { expect, test } from 'vitest';
import { coalesce } from '../../src/adapters/coalesce.ts';

/** A question that is looked for as often as it is answered, by hand. */
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

test('Who asks while a look is under way is served by the next, together with all who do, and never by the present one', async () => {
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

test('Who asks when nobody looks is looked for at once', async () => {
  const { looks, ask } = question();
  for (const at of [0, 1]) {
    const asked = ask();
    expect(looks).toHaveLength(at + 1);
    looks[at]?.answer(`look ${at}`);
    expect(await asked).toBe(`look ${at}`);
    await turn();
  }
});

test('A look that fails fails for those it was for, and for nobody else', async () => {
  const { looks, ask } = question();
  const first = ask();
  const second = ask();
  looks[0]?.fail();
  await expect(first).rejects.toThrow('could not be seen');
  await turn();
  looks[1]?.answer('seen');
  expect(await second).toBe('seen');
});
