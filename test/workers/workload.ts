/** Plans for workers: a root with many subplans, of agents that call tools and of programs in folders, and a check. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitProject } from '../../src/git.ts';
import { openTroupe, type PlanRecord, type TroupeOptions } from '../../src/index.ts';
import { levelStore } from '../../src/level.ts';

export interface Workload {
  /** The number of subplans. */
  subplans: number;
  /** The seconds that each agent waits. @default 0 */
  waits?: number;
  /** A folder: each program writes its goal to `started` in it, and waits for the file `go` there. @default none waits */
  gate?: string;
  /** Only agents that call tools: nothing travels through the exchange but what the check needs. @default false */
  onlySteps?: boolean;
  /** A check on the merged result. @default true */
  check?: boolean;
}

/** Creates a project with one commit, and an exchange beside it. */
export function createProject(folder: string): { root: string; exchange: string } {
  const root = join(folder, 'project');
  const exchange = join(folder, 'exchange.git');
  mkdirSync(root, { recursive: true });
  const git = (...words: string[]) => execFileSync('git', words, { cwd: root, stdio: 'pipe' });
  git('init', '-q', '-b', 'main');
  for (let at = 0; at < 20; at++) writeFileSync(join(root, `file-${at}.txt`), `line ${at}\n`.repeat(20));
  git('config', 'user.name', 'Ada');
  git('config', 'user.email', 'ada@example.com');
  git('add', '-A');
  git('commit', '-qm', 'Begin');
  execFileSync('git', ['init', '-q', '--bare', exchange]);
  return { root, exchange };
}

export function actionOf({ subplans, waits = 0, gate, onlySteps = false, check = true }: Workload) {
  const pass =
    gate === undefined ? ':' : `echo "$TROUPE_GOAL" >> ${gate}/started; until test -e ${gate}/go; do sleep 0.1; done`;
  const goals = Array.from({ length: subplans }, (_, at) => `part ${at}`);
  return {
    name: 'parts',
    description: 'Write all parts',
    strategyActor: {
      kind: 'steps' as const,
      steps: goals.map((goal, at) => ({
        subplan: {
          goal,
          executionActor:
            waits > 0 || (!onlySteps && at % 2 === 1)
              ? program(`${pass}; sleep ${waits}; mkdir -p parts; echo "$TROUPE_GOAL" > parts/${at}.txt`)
              : { kind: 'steps' as const, steps: [{ write: { path: `parts/${at}.txt`, content: `${goal}\n` } }] },
        },
      })),
    },
    executionActor: { kind: 'steps' as const, steps: [] },
    validations: check
      ? [
          {
            name: 'count',
            argv: [
              'sh',
              '-c',
              `echo "$(ls parts | wc -l) parts"; ls parts | wc -l > count; grep -qx ${subplans} count`,
            ],
          },
        ]
      : [],
    subplans: { maxParallel: 50 },
  };
}

const program = (script: string) => ({ kind: 'command' as const, argv: ['sh', '-c', script] });

/** Runs the workload to its result, in this process or on workers. */
export async function runWorkload(
  folder: string,
  workload: Workload,
  options: Partial<TroupeOptions> = {},
): Promise<{ record: PlanRecord; files: Record<string, string>; ms: number; logs: string[] }> {
  const root = join(folder, 'project');
  const project = gitProject(root, { sandboxes: join(folder, 'sandboxes') });
  await using troupe = await openTroupe({
    store: levelStore(join(folder, 'store')),
    project,
    env: { PATH: process.env.PATH ?? '' },
    ...options,
  });
  const started = performance.now();
  const plan = await troupe.use({ action: actionOf(workload) as never, profile: 'trusted' });
  await plan.execute();
  let record = await plan.waitUntilIdle();
  if (record.phase === 'strategize' && record.state === 'complete') {
    await plan.execute();
    record = await plan.waitUntilIdle();
  }
  const ms = performance.now() - started;
  const logs: string[] = [];
  for await (const { step, text } of plan.logs()) logs.push(`${step}: ${text}`);
  return { record, files: record.resultTree === null ? {} : filesOf(root, record.resultTree), ms, logs };
}

/** Path → blob of the files of a tree. */
export function filesOf(root: string, tree: string): Record<string, string> {
  const listed = execFileSync('git', ['ls-tree', '-r', tree], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  return Object.fromEntries(
    listed.map(line => {
      const [about = '', path = ''] = line.split('\t');
      return [path, about.split(' ')[2] ?? ''];
    }),
  );
}
