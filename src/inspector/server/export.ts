/** An inspection to take away: lines of JSON, or one file that shows it all. */

import type { Report } from '../book/telling.ts';
import type { Assets } from './assets.ts';
import type { Desk } from './desk.ts';
import { reportDocument } from './document.ts';
import type { Hub } from './hub.ts';
import type { About } from './message.ts';

/** Every item, one a line. */
export function linesOf(hub: Hub): string {
  return [...hub.book.items()].map(item => `${JSON.stringify(item)}\n`).join('');
}

export interface ReportOptions {
  hub: Hub;
  desk: Desk;
  assets: Assets;
  title: string;
  plans: boolean;
  version: string;
  now: number;
}

/** One HTML document that opens from a file, with all that a page could ask for while it was live. */
export async function reportOf({ hub, desk, assets, title, plans, version, now }: ReportOptions): Promise<string> {
  const answers: Report['answers'] = {};
  const ask = async (about: About) => {
    try {
      answers[JSON.stringify(about)] = await desk.ask(about);
    } catch (thrown) {
      answers[JSON.stringify(about)] = { unknown: thrown instanceof Error ? thrown.message : String(thrown) };
    }
  };
  for (const { planId: plan, depth } of hub.book.plans.values()) {
    await ask({ what: 'decisions', plan });
    await ask({ what: 'conflicts', plan });
    for (const { path } of conflictsIn(answers[JSON.stringify({ what: 'conflicts', plan })])) {
      await ask({ what: 'conflict', plan, path });
    }
    if (depth > 0) continue;
    await ask({ what: 'checkpoints', plan });
    await ask({ what: 'diff', plan });
  }
  const report: Report = { title, plans, version, at: now, items: [...hub.book.items()], answers };
  return reportDocument(assets, report);
}

const conflictsIn = (answer: unknown) => (Array.isArray(answer) ? (answer as { path: string }[]) : []);
