/** Loads content that is too large to keep for all plans, when it is shown: output, diffs, conflicts; and workers. */
import { type Clock, type ConflictDetails, type PlanViews, type Troupe, TroupeError } from '../index.ts';
import { parseDiffLines } from '../presentation/diff-lines.ts';
import type { ViewName } from './keys.ts';
import { toSideBySide } from './side-by-side-diff.ts';
import { emptyContent, type LoadedContent } from './view-model.ts';
import { createWorkersLoader } from './workers-loader.ts';

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

export function createContentLoader(troupe: Troupe, options: ContentLoaderOptions): ContentLoader {
  const { clock, changed, failed } = options;
  let loaded = emptyContent;
  let planId: string | null = null;
  let due: (() => void) | null = null;
  const notify = () => {
    due ??= clock.at(clock.now() + paceMs, () => {
      due = null;
      loaded = { ...loaded, output: output.lines() };
      changed();
    });
  };
  const put = (part: Partial<LoadedContent>) => {
    loaded = { ...loaded, ...part };
    notify();
  };
  /** If the content was resolved, removed or lost with its owner meanwhile, the next load shows that. */
  const pass = (thrown: unknown) => {
    if (!TroupeError.is(thrown)) failed(thrown);
  };
  const output = createOutputFollower(troupe, { added: notify, failed: pass });
  const diff = createDiffLoader(troupe, { put, failed: pass });
  const conflicts = createConflictLoader(troupe, { put, failed: pass });
  const workers = createWorkersLoader(troupe, { clock, put, failed });
  const drop = () => {
    output.stop();
    diff.drop();
    conflicts.drop();
    loaded = { ...emptyContent, workers: loaded.workers };
  };

  return {
    content: () => loaded,
    load({ views, planId: wanted, detail }) {
      workers.show(views.includes('workers'));
      if (wanted !== planId) {
        planId = wanted;
        drop();
      }
      if (planId === null) return;
      if (views.includes('output')) output.follow(planId);
      if (detail === null) return;
      if (views.includes('diff')) diff.load(planId, detail);
      if (views.includes('conflicts')) conflicts.load(planId, detail);
    },
    close() {
      due?.();
      due = null;
      workers.show(false);
      drop();
    },
  };
}

type PlanDetail = NonNullable<PlanViews['detail']>;

interface PartLoader {
  /** Loads it, unless it is loaded as the plan is now. */
  load(planId: string, detail: PlanDetail): void;
  drop(): void;
}

interface PartLoaderOptions {
  put(part: Partial<LoadedContent>): void;
  failed(thrown: unknown): void;
}

/** Reads the diff again after each step that may have changed it. */
function createDiffLoader(troupe: Troupe, { put, failed }: PartLoaderOptions): PartLoader {
  let current = '';
  const read = async (planId: string, key: string) => {
    const diff = await (await troupe.get(planId)).diff().catch(emptyDiffOnError);
    if (key !== current) return;
    const lines = parseDiffLines(diff);
    put({ diff: { lines, sides: toSideBySide(lines) } });
  };
  return {
    load(planId, { record: { updatedAt, resultTree, phase, state } }) {
      const key = `${planId} ${phase} ${state} ${resultTree ?? updatedAt}`;
      if (current === key) return;
      current = key;
      void read(planId, key).catch(failed);
    },
    drop() {
      current = '';
    },
  };
}

/** Reads the open conflicts again when one of them changes. */
function createConflictLoader(troupe: Troupe, { put, failed }: PartLoaderOptions): PartLoader {
  let current = '';
  const read = async (planId: string, ids: readonly string[], key: string) => {
    const plan = await troupe.get(planId);
    const conflicts: Record<string, ConflictDetails> = {};
    for (const id of ids) {
      conflicts[id] = await plan.conflicts.get(id);
      if (key !== current) return;
    }
    put({ conflicts });
  };
  return {
    load(planId, { conflicts }) {
      const open = conflicts.filter(({ resolution }) => resolution === null).slice(0, conflictsMax);
      const key = `${planId} ${JSON.stringify(open.map(({ conflictId, hunks }) => [conflictId, hunks]))}`;
      if (current === key) return;
      current = key;
      const ids = open.map(({ conflictId }) => conflictId);
      void read(planId, ids, key).catch(failed);
    },
    drop() {
      current = '';
    },
  };
}

/** The output of one plan while its view is shown. */
function createOutputFollower(
  troupe: Troupe,
  { added, failed }: { added(): void; failed(thrown: unknown): void },
): { follow(planId: string): void; stop(): void; lines(): string[] } {
  let following: AbortController | null = null;
  /** Grows while the output does; a view gets a copy. */
  let lines: string[] = [];
  const read = async (planId: string, signal: AbortSignal) => {
    const plan = await troupe.get(planId);
    for await (const line of plan.logs({ follow: true, rests: true, subplans: false, signal })) {
      if (signal.aborted) return;
      lines.push(line.text);
      added();
    }
  };
  return {
    follow(planId) {
      if (following !== null) return;
      following = new AbortController();
      void read(planId, following.signal).catch(failed);
    },
    stop() {
      following?.abort();
      following = null;
      lines = [];
    },
    lines() {
      if (lines.length > linesMax) lines = lines.slice(-linesMax);
      return [...lines];
    },
  };
}

/** A plan without a sandbox or a result has no diff. */
function emptyDiffOnError(thrown: unknown): string {
  TroupeError.assert(thrown);
  return '';
}
