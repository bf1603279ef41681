import { join } from 'node:path';
import { Fault, stateFolder, type TroupeOptions } from '../index.ts';
import type { Io } from './io.ts';

/** Says how many agents may be at work at once: `8` on this machine, `claude=2` of one name, `command=4` of one kind. */
export const limitsVariable = 'TROUPE_AGENTS_AT_ONCE';

/** @throws {Fault} USAGE */
export function limitsIn(env: Io['env']): Pick<TroupeOptions, 'agentsAtOnce' | 'machine'> {
  const words = (env[limitsVariable] ?? '')
    .split(',')
    .map(word => word.trim())
    .filter(Boolean);
  const agentsAtOnce: Record<string, number> = {};
  let ofMachine: number | null = null;
  for (const word of words) {
    const [, name, number = ''] = /^(?:([^=]+)=)?([1-9]\d{0,3})$/.exec(word) ?? [];
    if (number === '') throw notUnderstood(word);
    if (name === undefined) ofMachine = Number(number);
    else agentsAtOnce[name] = Number(number);
  }
  if (ofMachine === null) return { agentsAtOnce };
  return { agentsAtOnce, machine: { agentsAtOnce: ofMachine, folder: join(stateFolder(env), 'troupe', 'agents') } };
}

function notUnderstood(word: string): Fault {
  return new Fault('USAGE', `"${word}" is no limit; write 8 for the machine, claude=2 for one agent`, {
    where: limitsVariable,
    hints: [`export ${limitsVariable}=8,command=4`],
  });
}
