import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../src/adapters/stores/memory-store.ts';
import { type ActionSource, extendAction, type LoadBase, parseAction } from '../../../src/index.ts';
import { createActionRegistry } from '../../../src/runtime/actions/actions.ts';

const files: Record<string, string> = {
  'base.yaml': `description: Rename {{from}} to {{to}}
executionActor: { kind: steps, steps: [{ write: { path: base.txt, content: base } }] }
arguments:
  from: { required: true }
  to: { required: true }
budget: { toolCalls: 100, usd: 2 }
validations:
  - { name: tests, argv: [npm, test] }
`,
  'middle.yaml': `extends: base.yaml
arguments:
  to: { default: b }
budget: { usd: 5 }
`,
  'top.yaml': `extends: middle.yaml
name: local/top
validations:
  - { name: style, argv: [npm, run, style] }
`,
  'round.yaml': 'extends: about.yaml\nname: local/round\n',
  'about.yaml': 'extends: round.yaml\n',
  'wrong.yaml': 'extends: typo.yaml\nname: local/wrong\n',
  'typo.yaml': 'description: d\ndefinitionOfDoone: x\n',
};
const find: LoadBase = async name => (name in files ? { source: files[name] ?? '', where: name } : null);
const written = (where: string): ActionSource => ({ source: files[where] ?? '', where });
const whole = async (where: string) => parseAction((await extendAction(written(where), find)).source, where);

describe('An action that extends another', () => {
  test('overrides the keys it sets and inherits the rest; maps are merged, lists are replaced [R163]', async () => {
    expect(await whole('top.yaml')).toMatchObject({
      name: 'local/top',
      description: 'Rename {{from}} to {{to}}',
      arguments: { from: { required: true }, to: { default: 'b', required: false } },
      budget: { toolCalls: 100, usd: 5 },
      validations: [{ name: 'style' }],
      executionActor: { kind: 'steps' },
    });
  });

  test('replaces an actor as a whole', async () => {
    const own = { name: 'local/x', extends: 'base.yaml', executionActor: { kind: 'command', argv: ['true'] } };
    const { source } = await extendAction({ source: own, where: 'x' }, find);
    expect(parseAction(source)).toMatchObject({ executionActor: { kind: 'command', argv: ['true'] } });
  });

  test('is refused if the chain is circular or too long', async () => {
    await expect(whole('round.yaml')).rejects.toMatchObject({
      code: 'INVALID_ACTION',
      message: 'Actions extend each other in a circle: round.yaml → about.yaml → round.yaml',
    });
    const endless: LoadBase = async name => ({ source: { extends: `${name}a` }, where: name });
    const long = extendAction({ source: { name: 'x', extends: 'a' }, where: 'x' }, endless);
    await expect(long).rejects.toMatchObject({ code: 'INVALID_ACTION', message: expect.stringContaining('at most 8') });
  });

  test('reports the file and the line of an error in its base', async () => {
    await expect(whole('wrong.yaml')).rejects.toMatchObject({
      code: 'UNKNOWN_KEY',
      where: 'typo.yaml:2:1',
      message: expect.stringContaining('did you mean definitionOfDone?'),
    });
  });

  test('reports a key that is missing from the whole chain', async () => {
    const { source } = await extendAction(
      { source: 'extends: nothing.yaml\nname: local/x', where: 'x' },
      async where => ({
        source: 'description: d',
        where,
      }),
    );
    expect(() => parseAction(source, 'x')).toThrow(/executionActor is missing/);
  });

  test('is refused on parsing if its base cannot be read', async () => {
    const { source } = await extendAction({ source: 'extends: local/base\nname: local/x', where: 'x' }, find);
    expect(source).toMatchObject({ extends: 'local/base' });
    expect(() => parseAction(source, 'x')).toThrow('It extends "local/base", which cannot be found');
    expect(() => parseAction('extends: base.yaml\nname: local/x', 'x')).toThrow('which cannot be found');
  });

  test('may extend a stored action in any letter case, and is stored with all inherited keys', async () => {
    const actions = createActionRegistry(await memoryStore()());
    await actions.create({ name: 'base', description: 'Base', executionActor: 'worker', budget: { usd: 1 } });
    await actions.create('extends: LOCAL/Base\nname: local/own\nbudget: { toolCalls: 5 }\n', 'own.yaml');
    expect(await actions.get('own')).toMatchObject({
      name: 'local/own',
      description: 'Base',
      executionActor: 'worker',
      budget: { usd: 1, toolCalls: 5 },
    });
    await expect(actions.create('extends: local/gone\nname: local/x\n')).rejects.toMatchObject({
      code: 'UNKNOWN_ACTION',
    });
  });

  test('is refused if it or its base is not YAML', async () => {
    const broken = { source: 'extends: base.yaml\n a: [', where: 'bad.yaml' };
    expect(await extendAction(broken, find)).toBe(broken);
    expect(() => parseAction(broken.source, 'bad.yaml')).toThrow('This is not YAML');
    const list = { source: '- extends', where: 'list.yaml' };
    expect(await extendAction(list, find)).toBe(list);
    const onBroken = extendAction({ source: { name: 'x', extends: 'bad.yaml' }, where: 'x' }, async () => broken);
    await expect(onBroken).rejects.toMatchObject({
      code: 'INVALID_ACTION',
      where: expect.stringContaining('bad.yaml:'),
    });
  });
});
