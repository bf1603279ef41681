/** Exports an inspection: as JSON lines, or as one HTML file. */

import { messageOf } from '../../model/caught-error.ts';
import type { ActorPosition, CheckpointPosition } from '../state/events.ts';
import type { InspectionReport } from '../state/protocol.ts';
import type { Assets } from './assets.ts';
import type { Broadcaster } from './broadcaster.ts';
import { reportDocument } from './document.ts';
import type { RequestHandler } from './request-handler.ts';
import type { Query } from './requests.ts';

/** Every event, one per line. */
export function toJsonLines(broadcaster: Broadcaster): string {
  return [...broadcaster.store.events()].map(item => `${JSON.stringify(item)}\n`).join('');
}

export interface CreateReportOptions {
  broadcaster: Broadcaster;
  handler: RequestHandler;
  assets: Assets;
  title: string;
  plans: boolean;
  version: string;
  now: number;
}

/** Returns one HTML document that opens from a file, with all data the live page could request. */
export async function createReport({
  broadcaster,
  handler,
  assets,
  title,
  plans,
  version,
  now,
}: CreateReportOptions): Promise<string> {
  const answers: InspectionReport['answers'] = {};
  const ask = async (about: Query): Promise<unknown> => {
    let answer: unknown;
    try {
      answer = await handler.query(about);
    } catch (thrown) {
      answer = { unknown: messageOf(thrown) };
    }
    answers[JSON.stringify(about)] = answer;
    return answer;
  };
  if (plans) await ask({ what: 'workers' });
  const machines = new Set<string>();
  for (const { planId: plan, depth } of broadcaster.store.plans.values()) {
    await ask({ what: 'decisions', plan });
    const conflicts = await ask({ what: 'conflicts', plan });
    for (const { conflictId: conflict } of asList<{ conflictId: string }>(conflicts)) {
      await ask({ what: 'conflict', plan, conflict });
    }
    if (depth > 0) continue;
    const checkpoints = await ask({ what: 'checkpoints', plan });
    for (const { checkpointId: checkpoint } of asList<{ checkpointId: string }>(checkpoints)) {
      const state = await ask({ what: 'state', plan, checkpoint });
      for (const machine of chartsIn((state as Partial<CheckpointPosition>).actor)) machines.add(machine);
    }
    await ask({ what: 'diff', plan });
  }
  for (const machine of machines) await ask({ what: 'chart', machine });
  const report: InspectionReport = { title, plans, version, at: now, items: [...broadcaster.store.events()], answers };
  return reportDocument(assets, report);
}

const asList = <Item>(answer: unknown) => (Array.isArray(answer) ? (answer as Item[]) : []);

/** Returns the machines whose charts a page draws for an actor and those below it. */
function chartsIn(actor: ActorPosition | undefined): string[] {
  if (actor === undefined) return [];
  return [...(typeof actor.chart === 'string' ? [actor.chart] : []), ...actor.children.flatMap(chartsIn)];
}
