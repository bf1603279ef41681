import { expect, test } from 'vitest';
import type { AgentTask, Plan } from '../../../src/index.ts';
import { createTestProject } from '../test-project.ts';

const warned = async (plan: Plan) => {
  const messages: string[] = [];
  for await (const event of plan.events()) if (event.type === 'plan.warned') messages.push(event.message);
  return messages;
};
const lines = (first: string, last: string) => `${first}\n${'same\n'.repeat(20)}${last}\n`;

test('a rejected part that is produced again unchanged is reported; one that differs is not', async () => {
  const testProject = await createTestProject({}, { files: { 'a.txt': lines('one', 'two') } });
  let again = lines('ONE', 'DUE');
  const work = async ({ call, plan }: AgentTask) => {
    if (plan.depth > 0) return call('write', { path: 'a.txt', content: again });
    await call('write', { path: 'b.txt', content: 'b\n' });
    return call('write', { path: 'a.txt', content: lines('ONE', 'TWO') });
  };
  const { plan } = await testProject.run(work);
  await plan.review.reject([{ part: 'a.txt#2', reason: 'not in capitals' }]);
  expect((await plan.waitUntilIdle()).error).toBe(null);
  expect(await warned(plan)).toEqual([]);
  again = lines('UNO', 'DUE');
  await plan.review.reject([{ part: 'a.txt#2', reason: 'still in capitals' }]);
  expect((await plan.waitUntilIdle()).error).toBe(null);
  expect(await warned(plan)).toEqual(['a.txt was rejected, and the new result has it as it was']);
});
