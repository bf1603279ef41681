import { describe, expect, test } from 'vitest';
import { TroupeError } from '../../../src/model/errors.ts';
import { checkAction, readAction } from '../../../src/runtime/actions/read-action.ts';
import { hintLine } from '../../hint-line.ts';

const good = `name: greet
description: Writes a greeting
executionActor: { kind: steps, steps: [{ write: { path: hello.txt, content: hi } }] }
`;

function errorOf(work: () => unknown): TroupeError {
  try {
    work();
  } catch (thrown) {
    if (TroupeError.is(thrown)) return thrown;
    throw thrown;
  }
  throw new Error('nothing was refused');
}

describe('reading an action', () => {
  test('returns the action with its defaults', () => {
    const action = readAction(good, 'greet.yaml');
    expect(action).toMatchObject({ name: 'greet', subplans: { maxParallel: 5 }, state: 'available' });
    expect(checkAction({ ...action }, 'an object')).toEqual(action);
  });

  test('accepts JSON, which is a subset of YAML', () => {
    expect(readAction(JSON.stringify(readAction(good, 'a')), 'b')).toEqual(readAction(good, 'a'));
  });

  test('reports the position of a YAML syntax error', () => {
    const error = errorOf(() => readAction('name: [a\ndescription: b', 'x.yaml'));
    expect(error.code).toBe('INVALID_ACTION');
    expect(error.where).toMatch(/^x\.yaml:2:\d+$/);
  });

  test('refuses nested aliases that would exhaust the memory', () => {
    const many = Array.from({ length: 7 }, (_, at) => `x${at}: &x${at} [${`*x${at - 1},`.repeat(9)}]`);
    const bomb = ['x: &x-1 [a]', ...many].join('\n');
    expect(errorOf(() => readAction(bomb, 'x.yaml'))).toMatchObject({ code: 'INVALID_ACTION', where: 'x.yaml' });
  });

  test('[R65] reports an unknown key, its line and the key that was probably meant', () => {
    const error = errorOf(() => readAction(`${good}strategyActr: planner\n`, 'x.yaml'));
    expect(error.toJSON()).toMatchObject({
      code: 'UNKNOWN_KEY',
      message: 'Unknown key "strategyActr" in an action; did you mean strategyActor?',
      where: 'x.yaml:4:1',
      hints: [hintLine('troupe help action')],
    });
  });

  test('[R57, R65] refuses inputsSchema by its name', () => {
    const error = errorOf(() => readAction(`${good}inputsSchema: {}\n`, 'x.yaml'));
    expect(error.code).toBe('UNKNOWN_KEY');
    expect(error.message).toContain('"inputsSchema"');
    expect(error.message).toContain('known here: name, description');
  });

  test('[R65] reports unknown keys at any depth, also in unions', () => {
    const text = `name: x
description: x
executionActor:
  kind: steps
  steps:
    - write: { path: a, content: b }
    - writ: { path: a, content: b }
invariants:
  - be nice
  - txt: be nice
validations:
  - name: t
    argv: ["true"]
    requird: true
arguments:
  speed: { typ: number }
`;
    const error = errorOf(() => readAction(text, 'x.yaml'));
    const { problems } = error.details as { problems: { path: string; line: number; suggestion: string | null }[] };
    expect(error.where).toBe('x.yaml:7:7');
    expect(problems.map(({ path, line, suggestion }) => [path, line, suggestion])).toEqual([
      ['executionActor.steps.1.writ', 7, 'write'],
      ['invariants.1.txt', 10, 'text'],
      ['validations.0.requird', 14, 'required'],
      ['arguments.speed.typ', 16, 'type'],
    ]);
    expect(error.message).toContain('(and 3 more problems)');
  });

  test('reports a missing key and the list entry it is missing from', () => {
    const error = errorOf(() =>
      readAction('name: x\ndescription: y\nexecutionActor: a\nvalidations:\n  - name: t\n', 'x.yaml'),
    );
    expect(error.toJSON()).toMatchObject({
      code: 'INVALID_ACTION',
      message: 'The key validations.0.argv is missing',
      where: 'x.yaml:5:5',
      hints: [hintLine('troupe help action')],
    });
  });

  test('[R119] refuses an invalid name with its own code', () => {
    expect(errorOf(() => readAction(good.replace('greet', '"not a name"'), 'x.yaml')).code).toBe('INVALID_NAME');
    expect(errorOf(() => readAction(good.replace('greet', 'openai/greet'), 'x.yaml')).message).toContain('reserved');
  });

  test('reports an invalid value at its own position', () => {
    const error = errorOf(() => readAction(`${good}subplans:\n  maxParallel: 99\n`, 'x.yaml'));
    expect(error.code).toBe('INVALID_ACTION');
    expect(error.where).toBe('x.yaml:5:3');
    expect(error.message).toMatch(/^subplans\.maxParallel: /);
  });

  test('reports what a key must look like if the key itself is invalid', () => {
    const error = errorOf(() => readAction(`${good}executionEnvironment:\n  GIT_DIR: /elsewhere\n`, 'x.yaml'));
    expect(error.toJSON()).toMatchObject({
      code: 'INVALID_ACTION',
      message: expect.stringMatching(/^executionEnvironment\.GIT_DIR: a variable has a name such as NODE_ENV/),
      where: 'x.yaml:5:3',
    });
  });

  test('reports what a step of a recognized kind lacks', () => {
    const text = 'name: x\ndescription: x\nexecutionActor:\n  kind: steps\n  steps:\n    - write: { path: a }\n';
    const error = errorOf(() => readAction(text, 'x.yaml'));
    expect(error.message).toBe('The key executionActor.steps.0.write.content is missing');
    expect(error.where).toBe('x.yaml:6:7');
  });

  test('refuses an input that is not a mapping', () => {
    expect(errorOf(() => readAction('just words', 'x.yaml')).message).toMatch(/^The action: /);
    expect(errorOf(() => readAction('', 'x.yaml')).code).toBe('INVALID_ACTION');
    expect(errorOf(() => readAction('name: x\ndescription: y\nexecutionActor: 3', 'x.yaml')).where).toBe('x.yaml:3:1');
  });

  test('reports no line for an object', () => {
    const error = errorOf(() => checkAction({ name: 'x', descripton: 'y', executionActor: 'z' }, 'the call'));
    expect(error.code).toBe('UNKNOWN_KEY');
    expect(error.where).toBe('the call');
  });

  test('reports all problems of an object, each without a line', () => {
    const error = errorOf(() => checkAction({ name: 'x', descripton: 'y', executonActor: 'z' }, 'the call'));
    const problems = error.details?.problems as { key: string; line: number | null }[];
    expect(problems.map(({ key, line }) => [key, line])).toEqual(
      expect.arrayContaining([
        ['descripton', null],
        ['executonActor', null],
      ]),
    );
  });
});
