/**
 * A store can be opened from another clone of the repository, where the files of a plan may be missing: its base commit, its
 * results, its checkpoints. Work on it would fail there, and the plan with it. So it does not begin.
 */
import type { PlanCommand } from '../../model/effects.ts';
import { TroupeError } from '../../model/errors.ts';
import type { PlanRecord } from '../../model/plan.ts';
import type { ProjectPlace } from '../../ports/project.ts';
import type { Operation } from '../../ports/store.ts';
import { keys } from '../records/keys.ts';
import type { PlanLedger } from '../records/ledger.ts';
import { unfinishedRecords } from '../records/unfinished-records.ts';
import { raceAbort } from '../slots/race-abort.ts';
import { createPlaceCheck, type PlaceCheckHost } from './place-check.ts';
import { isTerminal } from './plan-status.ts';

export interface PlanFilesHost extends PlaceCheckHost {
  ledger: PlanLedger;
  log(planId: string, step: string, line: string): void;
}

/** What plans need of the repository of this process. */
export interface PlanFiles {
  /** Work on the plan may begin: it is new, begins again from its base, or ends. */
  begin(rootPlanId: string): void;
  /**
   * Checks a plan before work on it; once it has all files, work that waits for them begins.
   * @param command what it is checked for @default all of its work
   * @throws {TroupeError} FILES_MISSING
   */
  assertHere(record: PlanRecord, command?: PlanCommand['type']): Promise<void>;
  /** Checks the plans whose work continues when the actors start: the work of those without their files waits. */
  checkInterrupted(): Promise<void>;
  /** Resolves when work on the plan may begin. Rejects with the signal's reason. */
  untilHere(planId: string, signal: AbortSignal): Promise<void>;
  /** Returns the row that says where the plan works, when it is not written yet. Forgets a plan that has ended. */
  placeRows(record: PlanRecord): Operation[];
  /** Explains an error of reading the files of a plan by files that are missing, if some are. */
  explain(record: PlanRecord, thrown: unknown): Promise<unknown>;
}

/** Commands that end or hold a plan, or change only its records. */
const needNothing: readonly PlanCommand['type'][] = [
  'cancel',
  'pause',
  'prompt',
  'edit',
  'addInvariant',
  'removeInvariant',
  'deleteCheckpoint',
];

/** Commands after which a plan works from its base. */
const needBase: readonly PlanCommand['type'][] = ['start', 'revert'];

/** Commands after which the work that waited is stopped, and other work follows. */
export const stopWaiting: readonly PlanCommand['type'][] = [...needBase, 'cancel'];

/** Work that waits for the files of a plan. */
interface Waiting {
  rootPlanId: string;
  here: Promise<void>;
  begin(): void;
}

export function createPlanFiles(host: PlanFilesHost): PlanFiles {
  const { ledger } = host;
  const places = createPlaceCheck(host);
  const checked = new Set<string>();
  const waiting = new Map<string, Waiting>();
  const placed = new Set<string>();
  let place: ProjectPlace | null = null;

  const begin = (rootPlanId: string) => {
    checked.add(rootPlanId);
    for (const work of waiting.values()) if (work.rootPlanId === rootPlanId) work.begin();
  };
  const check = async (record: PlanRecord): Promise<TroupeError | null> => {
    const error = await places.before(record, 'all');
    if (error === null) begin(record.rootPlanId);
    return error;
  };
  return {
    begin,
    async assertHere(record, command) {
      if (checked.has(record.rootPlanId) || (command !== undefined && needNothing.includes(command))) return;
      const isFromBase = command !== undefined && needBase.includes(command);
      const error = await (isFromBase ? places.before(record, 'base') : check(record));
      if (error !== null) throw error;
    },
    async checkInterrupted() {
      place = await places.here();
      for (const root of await unfinishedRecords(ledger, { children: false })) {
        if (root.resting || checked.has(root.planId)) continue;
        const error = await check(root);
        if (error === null) continue;
        host.log(root.planId, 'troupe', `waits: ${error.message}`);
        for (const { planId } of await ledger.treeRecords(root.planId)) waiting.set(planId, createWaiting(root.planId));
      }
    },
    async untilHere(planId, signal) {
      const work = waiting.get(planId);
      if (work === undefined || checked.has(work.rootPlanId)) return;
      await raceAbort(work.here, signal);
    },
    placeRows(record) {
      const { planId, depth } = record;
      if (depth > 0 || place === null) return [];
      if (isTerminal(record)) for (const known of [checked, placed]) known.delete(planId);
      if (isTerminal(record) || placed.has(planId)) return [];
      if (waiting.has(planId) && !checked.has(planId)) return [];
      placed.add(planId);
      return [{ type: 'put', key: keys.place(planId), value: place }];
    },
    async explain(record, thrown) {
      if (!TroupeError.is(thrown) || thrown.code !== 'GIT_FAILED') return thrown;
      return (await places.ofRecord(record)) ?? thrown;
    },
  };
}

function createWaiting(rootPlanId: string): Waiting {
  let begin = () => {};
  const here = new Promise<void>(resolve => {
    begin = resolve;
  });
  return { rootPlanId, here, begin };
}
