import { expect, test } from 'vitest';
import { countRefs } from './observations.ts';

test('a kill between an apply and the end of its process changes no count of refs', () => {
  const others = [
    'refs/troupe/plans/01M8AMQBSV5G6MJV51R66JRV8G/result',
    'refs/troupe/plans/01M8AMQC6D6PVKJ0MMNFCGS2NQ/result',
  ];
  const closed = countRefs([...others, 'refs/troupe/applied']);
  const killed = countRefs([...others, 'refs/troupe/apply/3170660a46a8f92d846b80b5/done']);
  expect(closed).toEqual({ 'refs/troupe/applied': 1, 'refs/troupe/plans/*/result': 2 });
  expect(killed).toEqual(closed);
});
