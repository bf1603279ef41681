/** The files beside this one test for every key of an action that its value has an effect. */
import { describe, expect, test } from 'vitest';
import { actionKeys } from '../../../src/index.ts';
import { agentCases } from './agent.ts';
import { checkCases } from './checks.ts';
import { goalCases } from './goal.ts';
import type { KeyCases } from './key-case.ts';
import { limitCases } from './limits.ts';
import { llmCases } from './llm.ts';
import { sandboxCases } from './sandbox.ts';
import { serverCases } from './servers.ts';
import { spawnCases } from './spawn.ts';
import { stepCases } from './step.ts';
import { subplanCases } from './subplans.ts';

/** By the section of `troupe help action` that describes the keys. */
const table: Record<string, KeyCases> = {
  action: { ...goalCases, ...checkCases, ...sandboxCases, ...subplanCases, ...limitCases },
  agent: { ...agentCases, ...llmCases, ...serverCases },
  step: { ...stepCases, ...spawnCases },
};

/** A map has an effect by its keys; every other key has its own effect. */
function leaves(keys: readonly { key: string }[]): string[] {
  const isMap = (key: string) =>
    keys.some(other => /^[.[]/.test(other.key.slice(key.length)) && other.key.startsWith(key));
  return keys.map(({ key }) => key).filter(key => !isMap(key));
}

describe('The cases of action keys', () => {
  test.each(actionKeys())('cover every key of an $name in the schema, and no other [R179]', section => {
    expect(Object.keys(table[section.name] ?? {}).sort()).toEqual(leaves(section.keys).sort());
  });
});
