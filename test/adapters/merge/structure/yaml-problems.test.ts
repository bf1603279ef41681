import { expect, test } from 'vitest';
import { problemOfYaml } from '../../../../src/adapters/merge/structure/yaml-problems.ts';

test('A key twice in one map is found beside keys that are no scalars', () => {
  const text = '? [a, b]\n: 1\nx: 1\nx: 2\n';
  expect(problemOfYaml(text)).toEqual({
    problem: 'it has a key twice in one map',
    places: [text.indexOf('x'), text.lastIndexOf('x')].map(from => ({ from, to: from + 1 })),
  });
});
