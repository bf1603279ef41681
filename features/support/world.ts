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
  /** `library` drives through the doors; `terminal` by typing; `dying` through the doors, dying after every commit. */
  driver: 'library' | 'terminal' | 'crash';
  /** Folder in which each scenario leaves what became of it. */
  outcomes?: string;
}

const cli = fileURLToPath(new URL('../../dist/cli/troupe.js', import.meta.url));

/** One scenario: a user's folder, the action they are writing, and the hands they work with. */
export class TroupeWorld extends World<Parameters> {
  readonly folder = mkdtempSync(join(tmpdir(), 'troupe-feature-'));
  /** Where programs that wait for ever leave their process ids. */
  readonly pids = join(this.folder, 'pids');
  readonly patch = join(this.folder, 'result.patch');
  readonly agents: Record<string, Agent> = {};
  /** Given by an agent of the scenario when it is called, and to it when it may go on. */
  readonly agentStarted = createLatch();
  readonly agentMayContinue = createLatch();
  /** How often each goal was worked on by an agent of the scenario. */
  readonly agentCalls = new Map<string, number>();
  /** Events as a listener of the scenario heard them. */
  readonly events: PlanEvent[] = [];
  listening: Promise<void> = Promise.resolve();
  /** Ids of plans the scenario made side by side. */
  planIds: string[] = [];
  draft: ActionDraft = draftAction();
  answer: CommandAnswer = accepted;
  /** What the last going back did to files. */
  fileChanges: FileChange[] = [];
  /** What the commit was said to say, before it was made. */
  previewedMessage = '';
  lastResult: ShellResult | null = null;
  /** A command typed in another window, which may still be at work. */
  background: ReturnType<typeof startInShell> | null = null;
  /** The checkout as it stood when the scenario began. */
  before = '';
  concurrency: number | undefined;
  /** Time as the scenario moves it; null: as it passes. */
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
        PATH: process.env.PATH ?? '',
        HOME: this.folder,
        XDG_STATE_HOME: join(this.folder, 'state'),
        ...quietGit,
      },
      troupe: [process.execPath, cli],
    };
  }

  /** The hands that the profile of this run asks for. */
  get driver(): PlanDriver {
    this.userDriver ??=
      this.parameters.driver === 'terminal' ? createTerminalDriver(this.shell, this.folder) : this.library;
    return this.userDriver;
  }

  /** A program's hands, for what cannot be typed. */
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

  /** Leaves what became of the scenario where the parameters say. */
  async saveOutcome(name: string): Promise<void> {
    const { outcomes } = this.parameters;
    if (outcomes === undefined || this.libraryDriver === null) return;
    const outcome = await collectOutcome(this.libraryDriver.troupe, this.repository);
    const crashes = 'crashes' in this.libraryDriver ? this.libraryDriver.crashes : 0;
    const file = `${createHash('sha256').update(name).digest('hex').slice(0, 16)}.json`;
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
  if (result?.status === 'PASSED') await this.saveOutcome(`${gherkinDocument.feature?.name}: ${pickle.name}\n${steps}`);
  await this.dispose();
});
