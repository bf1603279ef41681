import { join } from 'node:path';
import { stateDir, TroupeError, type TroupeOptions } from '../../index.ts';
import type { Io } from '../io.ts';
import { parseNames } from './parse-names.ts';

/** Limits of concurrent agents: `8` on this machine, `claude=2` by name, `command=4` by kind. */
export const agentLimitsVariable = 'TROUPE_AGENTS_AT_ONCE';

/** @throws {TroupeError} USAGE */
export function parseAgentLimits(env: Io['env']): Pick<TroupeOptions, 'agentLimits' | 'machine'> {
  const words = parseNames(env[agentLimitsVariable]) ?? [];
  const agentsAtOnce: Record<string, number> = {};
  let ofMachine: number | null = null;
  for (const word of words) {
    const [, name, number = ''] = /^(?:([^=]+)=)?([1-9]\d{0,3})$/.exec(word) ?? [];
    if (number === '') throw invalidLimitError(word);
    if (name === undefined) ofMachine = Number(number);
    else agentsAtOnce[name] = Number(number);
  }
  if (ofMachine === null) return { agentLimits: agentsAtOnce };
  return {
    agentLimits: agentsAtOnce,
    machine: { agentLimit: ofMachine, folder: join(stateDir(env), 'troupe', 'agents') },
  };
}

function invalidLimitError(word: string): TroupeError {
  return new TroupeError('USAGE', `"${word}" is no limit; write 8 for the machine, claude=2 for one agent`, {
    where: agentLimitsVariable,
    hints: [`export ${agentLimitsVariable}=8,command=4`],
  });
}
