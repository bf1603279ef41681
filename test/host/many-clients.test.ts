import { expect, test } from 'vitest';
import { runManyClients } from './many-clients.ts';

test('twenty clients, half of them late, get every event of a plan with 60 subplans, once [R161]', async () => {
  const { events, received, history } = await runManyClients({ clients: 20, subplans: 60 });
  expect(history.filter(({ type }) => type === 'plan.created')).toHaveLength(61);
  expect(events.length).toBeGreaterThan(600);
  expect(new Set(events).size).toBe(events.length);
  for (const seqs of received) expect(seqs).toEqual(events);
}, 120_000);
