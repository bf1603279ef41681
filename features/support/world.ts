import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { After, Before, type IWorldOptions, setDefaultTimeout, setWorldConstructor, World } from '@cucumber/cucumber';
import type { Agent, PlanEvent } from 'troupe';
import type { ManualClock } from 'troupe/durable';
import { levelStore } from 'troupe/level';
import { type ActionDraft, draftAction } from './action-draft.ts';
import { type CrashTestSetup, createCrashDriver, openForScenario, scenarioProject } from './drivers/crash.ts';
import { accepted, type CommandAnswer, type FileChange, type PlanDriver } from './drivers/driver.ts';
import { createLibraryDriver, type LibraryDriver } from './drivers/library.ts';
import type { Shell, ShellResult, startInShell } from './drivers/shell.ts';
import { createTerminalDriver } from './drivers/terminal.ts';
import { createLatch } from './latch.ts';
import { collectOutcome } from './outcome.ts';
import { createRepository, quietGit, type ScenarioRepository } from './scenario-repository.ts';

interface Parameters {
  /**
   * `library` uses the entry points; `terminal` the command line; `crash` the entry points, with a crash after every
   * commit.
   */
  driver: 'library' | 'terminal' | 'crash';
  /** Folder for the outcome of each scenario. */
  outcomes?: string;
}

const cli = fileURLToPath(new URL('../../dist/cli/troupe.js', import.meta.url));

/** One scenario: a user's folder, their action, and their driver. */
export class TroupeWorld extends World<Parameters> {
  readonly folder = mkdtempSync(join(tmpdir(), 'troupe-feature-'));
  /** Folder in which endless programs write their process ids. */
  readonly pids = join(this.folder, 'pids');
  readonly patch = join(this.folder, 'result.patch');
  /** Programs of the scenario, which its shell finds first. */
  readonly programs = join(this.folder, 'bin');
  readonly agents: Record<string, Agent> = {};
  /** Resolved by an agent of the scenario when it is called, and for it when it may continue. */
  readonly agentStarted = createLatch();
  readonly agentMayContinue = createLatch();
  /** Number of calls of the scenario's agents for each goal. */
  readonly agentCalls = new Map<string, number>();
  /** Events that a listener of the scenario received. */
  readonly events: PlanEvent[] = [];
  listening: Promise<void> = Promise.resolve();
  /** Ids of plans that the scenario created in parallel. */
  planIds: string[] = [];
  draft: ActionDraft = draftAction();
  answer: CommandAnswer = accepted;
  /** The effect of the last rollback on files. */
  fileChanges: FileChange[] = [];
  /** The commit message in the preview. */
  previewedMessage = '';
  lastResult: ShellResult | null = null;
  /** A command in another terminal, which may still be running. */
  background: ReturnType<typeof startInShell> | null = null;
  /** The state of the checkout at the start of the scenario. */
  before = '';
  concurrency: number | undefined;
  /** The clock of the scenario; null: the system clock. */
  clock: ManualClock | null = null;
  private createdRepository: ScenarioRepository | null = null;
  private userDriver: PlanDriver | null = null;
  private libraryDriver: LibraryDriver | null = null;

  constructor(options: IWorldOptions<Parameters>) {
    super({ ...options, parameters: { ...options.parameters, driver: options.parameters.driver ?? 'library' } });
  }

  get repository(): ScenarioRepository {
    if (this.createdRepository === null) throw new Error('The scenario has no repository yet');
    return this.createdRepository;
  }

  async createRepository(): Promise<ScenarioRepository> {
    mkdirSync(this.pids);
    this.createdRepository = await createRepository(join(this.folder, 'project'));
    return this.createdRepository;
  }

  get shell(): Shell {
    if (!existsSync(cli)) throw new Error('The command line is not built: npm run build');
    return {
      cwd: this.repository.root,
      env: {
        PATH: `${this.programs}:${process.env.PATH ?? ''}`,
        HOME: this.folder,
        XDG_STATE_HOME: join(this.folder, 'state'),
        ...quietGit,
      },
      troupe: [process.execPath, cli],
    };
  }

  /** The driver selected by the profile of this run. */
  get driver(): PlanDriver {
    this.userDriver ??=
      this.parameters.driver === 'terminal' ? createTerminalDriver(this.shell, this.folder) : this.library;
    return this.userDriver;
  }

  /** The library's driver, for what the command line cannot do. */
  get library(): LibraryDriver {
    this.libraryDriver ??= this.parameters.driver === 'crash' ? createCrashDriver(this.setup) : this.reliableDriver();
    return this.libraryDriver;
  }

  private reliableDriver(): LibraryDriver {
    const { setup } = this;
    const time = this.clock === null ? {} : { clock: this.clock };
    return createLibraryDriver(() =>
      openForScenario(setup, { store: levelStore(setup.store), project: scenarioProject(setup), ...time }),
    );
  }

  private get setup(): CrashTestSetup {
    return {
      root: this.repository.root,
      store: join(this.folder, 'store'),
      sandboxes: join(this.folder, 'sandboxes'),
      agents: this.agents,
      env: { PATH: process.env.PATH ?? '', HOME: this.folder },
      ...(this.concurrency === undefined ? {} : { concurrency: this.concurrency }),
    };
  }

  /** Writes the outcome of the scenario to the configured folder. */
  async saveOutcome(name: string): Promise<void> {
    const { outcomes } = this.parameters;
    if (outcomes === undefined || this.libraryDriver === null) return;
    const outcome = await collectOutcome(this.libraryDriver.troupe, this.repository);
    const crashes = 'crashes' in this.libraryDriver ? this.libraryDriver.crashes : 0;
    const file = `${createHash('sha256').update(name).digest('hex').slice(0, 16)}.json`;
    mkdirSync(outcomes, { recursive: true });
    writeFileSync(join(outcomes, file), JSON.stringify({ name, crashes, outcome }));
  }

  async dispose(): Promise<void> {
    await this.userDriver?.close();
    await this.libraryDriver?.close();
    await this.listening;
    this.background?.child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

setWorldConstructor(TroupeWorld);
setDefaultTimeout(60_000);

Before(async function (this: TroupeWorld) {
  await this.createRepository();
});

After(async function (this: TroupeWorld, { pickle, gherkinDocument, result }) {
  const steps = pickle.steps.map(({ text }) => text).join('\n');
  const isDurable = pickle.tags.some(({ name }) => name === '@durable');
  if (isDurable && result?.status === 'PASSED')
    await this.saveOutcome(`${gherkinDocument.feature?.name}: ${pickle.name}\n${steps}`);
  await this.dispose();
});
