/** Loads content that is too large to keep for all plans, when it is shown: output, diffs, conflicts. */
import { type Clock, type ConflictDetails, type PlanViews, type Troupe, TroupeError } from '../index.ts';
import { parseDiffLines } from '../presentation/diff-lines.ts';
import type { ViewName } from './keys.ts';
import { toSideBySide } from './side-by-side-diff.ts';
import { emptyContent, type LoadedContent } from './view-model.ts';

export interface ContentLoader {
  content(): LoadedContent;
  /** Loads the content that these views of a plan show, and drops the rest. */
  load(wanted: { views: readonly ViewName[]; planId: string | null; detail: PlanViews['detail'] }): void;
  close(): void;
}

/** Maximum number of output lines to keep; the log has all. */
const linesMax = 5_000;
const conflictsMax = 20;
const paceMs = 100;

export interface ContentLoaderOptions {
  clock: Clock;
  changed(): void;
  /** Called with unexpected errors. */
  failed(thrown: unknown): void;
}

export function createContentLoader(troupe: Troupe, { clock, changed, failed }: ContentLoaderOptions): ContentLoader {
  let reading = emptyContent;
  let planId: string | null = null;
  let following: AbortController | null = null;
  let diffOf = '';
  let conflictsOf = '';
  let due: (() => void) | null = null;
  /** The output as it grows; the view gets a copy. */
  let lines: string[] = [];

  /** If the content was resolved, removed or lost with its owner meanwhile, the next load shows that. */
  function pass(thrown: unknown): void {
    if (!TroupeError.is(thrown)) failed(thrown);
  }

  function put(part: Partial<LoadedContent>): void {
    reading = { ...reading, ...part };
    notify();
  }

  function notify(): void {
    due ??= clock.at(clock.now() + paceMs, () => {
      due = null;
      if (lines.length > linesMax) lines = lines.slice(-linesMax);
      reading = { ...reading, output: [...lines] };
      changed();
    });
  }

  function drop(): void {
    following?.abort();
    following = null;
    diffOf = '';
    conflictsOf = '';
    lines = [];
    reading = emptyContent;
  }

  async function follow(id: string, signal: AbortSignal): Promise<void> {
    const plan = await troupe.get(id);
    for await (const line of plan.logs({ follow: true, rests: true, subplans: false, signal })) {
      if (signal.aborted) return;
      lines.push(line.text);
      notify();
    }
  }

  async function readDiff(id: string, key: string): Promise<void> {
    const diff = await (await troupe.get(id)).diff().catch(emptyDiffOnError);
    if (key !== diffOf) return;
    const lines = parseDiffLines(diff);
    put({ diff: { lines, sides: toSideBySide(lines) } });
  }

  async function readConflicts(id: string, paths: readonly string[], key: string): Promise<void> {
    const plan = await troupe.get(id);
    const read: Record<string, ConflictDetails> = {};
    for (const path of paths) {
      read[path] = await plan.conflicts.get(path);
      if (key !== conflictsOf) return;
    }
    put({ conflicts: read });
  }

  return {
    content: () => reading,
    load({ views, planId: wanted, detail }) {
      if (wanted !== planId) {
        planId = wanted;
        drop();
      }
      if (planId === null) return;
      if (views.includes('output') && following === null) {
        following = new AbortController();
        void follow(planId, following.signal).catch(pass);
      }
      if (detail === null) return;
      const { updatedAt, resultTree, phase, state } = detail.record;
      const isDiffOf = `${planId} ${phase} ${state} ${resultTree ?? updatedAt}`;
      if (views.includes('diff') && diffOf !== isDiffOf) {
        diffOf = isDiffOf;
        void readDiff(planId, isDiffOf).catch(pass);
      }
      const open = detail.conflicts.filter(({ resolution }) => resolution === null).slice(0, conflictsMax);
      const areOf = `${planId} ${JSON.stringify(open.map(({ conflictId, hunks }) => [conflictId, hunks]))}`;
      if (views.includes('conflicts') && conflictsOf !== areOf) {
        conflictsOf = areOf;
        const paths = open.map(({ path }) => path);
        void readConflicts(planId, paths, areOf).catch(pass);
      }
    },
    close() {
      due?.();
      due = null;
      drop();
    },
  };
}

/** A plan without a sandbox or a result has no diff. */
function emptyDiffOnError(thrown: unknown): string {
  if (!TroupeError.is(thrown)) throw thrown;
  return '';
}
