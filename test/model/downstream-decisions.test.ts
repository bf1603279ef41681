import { expect, test } from 'vitest';
import { affectedBy } from '../../src/model/downstream-decisions.ts';

/** A decision by its letter, with its parent and the decisions that influenced it. */
const node = (decisionId: string, parentDecisionId: string | null, ...dependsOn: string[]) => ({
  ...{ decisionId, parentDecisionId, dependsOn },
});
const affected = (nodes: ReturnType<typeof node>[], of: string) =>
  affectedBy(nodes, of)
    .map(({ decisionId }) => decisionId)
    .join('');

const tree = [
  node('r', null),
  node('a', 'r'),
  node('b', 'r'),
  node('c', 'a'),
  node('d', 'c'),
  node('e', 'b', 'd'),
  node('f', 'e'),
  node('g', 'b'),
];

test('A correction affects everything below a decision and everything it influenced, at any distance [R85]', () => {
  expect(affected(tree, 'a')).toBe('acdef');
  expect(affected(tree, 'e')).toBe('ef');
  expect(affected(tree, 'g')).toBe('g');
});

test('Root, siblings and parents of a decision are not affected [R85]', () => {
  for (const { decisionId } of tree.slice(1)) expect(affected(tree, decisionId)).not.toMatch(/r/);
  expect(affected(tree, 'c')).not.toMatch(/[abg]/);
});

test('Cyclic influences terminate, with every decision once and in recorded order [R85]', () => {
  const circle = [node('r', null), node('a', 'r', 'c'), node('b', 'r', 'a'), node('c', 'r', 'b'), node('d', 'r')];
  for (const each of 'abc') expect(affected(circle, each)).toBe('abc');
  expect(affected([node('r', null), node('a', 'r', 'a')], 'a')).toBe('a');
});

test('A chain of ten thousand decisions visits each decision once [R85]', () => {
  const chain = Array.from({ length: 10_000 }, (_, at) =>
    at === 0 ? node('0', null) : node(String(at), '0', String(at - 1), String(Math.max(1, at - 2))),
  );
  let asked = 0;
  const counted = chain.map(each => ({
    ...each,
    get dependsOn() {
      asked += 1;
      return each.dependsOn;
    },
  }));
  expect(affectedBy(counted, '1')).toHaveLength(9_999);
  expect(asked).toBe(10_000);
});
