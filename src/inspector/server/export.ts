/** Exports an inspection: as JSON lines, or as one HTML file. */

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
  const ask = async (about: Query) => {
    try {
      answers[JSON.stringify(about)] = await handler.query(about);
    } catch (thrown) {
      answers[JSON.stringify(about)] = { unknown: thrown instanceof Error ? thrown.message : String(thrown) };
    }
  };
  for (const { planId: plan, depth } of broadcaster.store.plans.values()) {
    await ask({ what: 'decisions', plan });
    await ask({ what: 'conflicts', plan });
    for (const { path } of conflictsIn(answers[JSON.stringify({ what: 'conflicts', plan })])) {
      await ask({ what: 'conflict', plan, path });
    }
    if (depth > 0) continue;
    await ask({ what: 'checkpoints', plan });
    await ask({ what: 'diff', plan });
  }
  const report: InspectionReport = { title, plans, version, at: now, items: [...broadcaster.store.events()], answers };
  return reportDocument(assets, report);
}

const conflictsIn = (answer: unknown) => (Array.isArray(answer) ? (answer as { path: string }[]) : []);
