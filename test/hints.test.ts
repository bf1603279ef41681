/** Whatever anybody is told to type is understood: every hint in the code, of every fault, and from every resting state. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type PlanSnapshot, refusal } from '../machines/index.ts';
import { failureAt } from '../machines/plan/advising.ts';
import { parse } from '../src/cli/program.ts';
import { leadingOn } from '../src/cli/view/ways.ts';
import type { PlanCommand } from '../src/model/contract.ts';
import { faultTable } from '../src/model/fault.ts';
import { recordOfSnapshot } from '../src/runtime/record.ts';
import { terminal } from './cli/terminal.ts';
import { idOf } from './fixtures.ts';
import { explore } from './model/explore.ts';
import { everyCommand, usual } from './model/plan-answers.ts';
import { plan } from './model/plan-lies.ts';
import { planWorld } from './model/plan-world.ts';
import { argvOf, choices } from './typed-commands.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const id = idOf('H');

/** Why the command line does not take a command of ours; nothing when it does. */
function refused(command: string): string[] {
  // The program answers it before it looks for a command.
  if (!command.startsWith('troupe') || command === 'troupe --version') return [];
  return choices(command).flatMap(choice => {
    const found = parse(argvOf(choice).slice(1), terminal());
    return found.kind === 'refused' ? [`${choice}: ${found.fault.message}`] : [];
  });
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(root, folder, name));
}

/** Commands that stand in the code as texts of their own, with an id where one is put in. */
function written(file: string): string[] {
  const texts = readFileSync(file, 'utf8').matchAll(/(?<!withOperand\(\s*)(['`])(troupe [a-z-](?:(?!\1).)+)\1/g);
  return [...texts].map(([, , text = '']) => text.replace(/(?<= )\$\{[^}]*\}/g, id).replace(/\$\{[^}]*\}/g, ''));
}

describe('A command that somebody is told to type is understood', () => {
  test('wherever it stands in the code [R3]', () => {
    const hints = ['actors', 'machines', 'src'].flatMap(sources).flatMap(written);
    expect(hints.length).toBeGreaterThan(100);
    expect([...new Set(hints)].flatMap(refused)).toEqual([]);
  });

  test('and leaves nothing open that a person would have to fill in first [R195]', () => {
    const open = /\b(?:FILE|NAME|TEXT|PATH|DIR|FOLDER|ANOTHER|SUBPLAN|BRANCH|VALUE|COMMIT|PLAN|ID)\b|[a-z]\|[a-z]/;
    // These two get a name of their own once it is known which plan it is about.
    const named = (hint: string) => hint.replace(/--branch NAME|--patch FILE/, '');
    const hints = ['actors', 'machines', 'src'].flatMap(sources).flatMap(written);
    expect(hints.filter(hint => open.test(named(hint)))).toEqual([]);
  });

  test('and one that is not is noticed', () => {
    expect(refused('troupe plan lgos')).toHaveLength(1);
    expect(refused('troupe plan prompt one two')).toHaveLength(1);
    expect(refused('troupe plan resolve a --take ours|thiers')).toHaveLength(1);
    expect(refused('troupe plan prompt "one two" --plan X  # then wait')).toEqual([]);
  });

  test('for each fault whose maker knew no better [R3]', () => {
    const own = Object.values(faultTable).map(({ hint }) => hint);
    expect(own.flatMap(refused)).toEqual([]);
  });
});

describe('From every state in which a plan can rest', () => {
  const resting = new Map<string, PlanSnapshot>();
  for (const world of [planWorld({ commands: usual }), planWorld({ spec: { depth: 1 }, commands: usual })]) {
    explore(plan, world, ({ to }) => {
      const { place, spec, reversionCount } = to.context;
      const { ways } = recordOfSnapshot(to, '');
      const key = JSON.stringify([place, spec.depth, ways, reversionCount === 3, to.context.conflicts.length > 0]);
      if (to.hasTag('resting') && !resting.has(key)) resting.set(key, to);
      return false;
    });
  }
  const states = [...resting.values()];

  test('some command leads out, and each that is proposed can be typed [R93]', () => {
    expect(states.length).toBeGreaterThan(10);
    for (const state of states) {
      const record = recordOfSnapshot(state, '');
      const typed = leadingOn(record);
      expect(record.ways.filter(way => way !== 'prompt' && way !== 'pause')).not.toEqual([]);
      expect(typed.flatMap(refused)).toEqual([]);
      expect(typed).not.toEqual([]);
    }
  });

  test('a command that is refused names others that can be typed, none twice', () => {
    const refusals = states.flatMap(state => everyCommand.map(command => refusal(state, command as PlanCommand)));
    const told = refusals.filter(found => found !== null);
    expect(told.length).toBeGreaterThan(20);
    for (const { hints } of told) {
      expect(hints.flatMap(refused)).toEqual([]);
      expect(hints).toEqual([...new Set(hints)]);
    }
  });

  test('the hints of what failed lead on from there, and nobody is sent where the plan does not obey [R93]', () => {
    const failed = states.filter(({ context }) => context.error !== null);
    expect(failed.length).toBeGreaterThan(3);
    for (const state of failed) {
      const { hints } = failureAt(state.context, state.context.place).fault;
      const { ways } = recordOfSnapshot(state, '');
      expect(hints.flatMap(refused)).toEqual([]);
      expect(hints).toEqual([...new Set(hints)]);
      const sent = hints.flatMap(hint => /^troupe plan (execute|apply|revert|resume) /.exec(hint)?.[1] ?? []);
      expect({ place: state.context.place, sent: sent.filter(way => !ways.includes(way as never)) }).toEqual({
        place: state.context.place,
        sent: [],
      });
    }
  });
});
