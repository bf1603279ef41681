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
import { type Answer, type Driver, obeyed, type Reverted } from './drivers/driver.ts';
import { dyingDriver, type Ground, opening, projectOf } from './drivers/dying.ts';
import { type LibraryDriver, libraryDriver } from './drivers/library.ts';
import type { Shell, start, Typed } from './drivers/shell.ts';
import { terminalDriver } from './drivers/terminal.ts';
import { outcomeOf } from './outcome.ts';
import { makeRepository, quietGit, type Repository } from './repository.ts';
import { makeSign } from './sign.ts';

interface Parameters {
  /** `library` drives through the doors; `terminal` by typing; `dying` through the doors, dying after every commit. */
  driver: 'library' | 'terminal' | 'dying';
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
  readonly atWork = makeSign();
  readonly sign = makeSign();
  /** How often each goal was worked on by an agent of the scenario. */
  readonly asked = new Map<string, number>();
  /** Events as a listener of the scenario heard them. */
  readonly heard: PlanEvent[] = [];
  listening: Promise<void> = Promise.resolve();
  /** Ids of plans the scenario made side by side. */
  planIds: string[] = [];
  draft: ActionDraft = draftAction();
  answer: Answer = obeyed;
  /** What the last going back did to files. */
  reverted: Reverted[] = [];
  /** What the commit was said to say, before it was made. */
  shownMessage = '';
  typed: Typed | null = null;
  /** A command typed in another window, which may still be at work. */
  window: ReturnType<typeof start> | null = null;
  /** The checkout as it stood when the scenario began. */
  before = '';
  concurrency: number | undefined;
  /** Time as the scenario moves it; null: as it passes. */
  clock: ManualClock | null = null;
  private made: Repository | null = null;
  private hands: Driver | null = null;
  private program: LibraryDriver | null = null;

  constructor(options: IWorldOptions<Parameters>) {
    super({ ...options, parameters: { ...options.parameters, driver: options.parameters.driver ?? 'library' } });
  }

  get repository(): Repository {
    if (this.made === null) throw new Error('The scenario has no repository yet');
    return this.made;
  }

  async found(): Promise<Repository> {
    mkdirSync(this.pids);
    this.made = await makeRepository(join(this.folder, 'project'));
    return this.made;
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
  get driver(): Driver {
    this.hands ??= this.parameters.driver === 'terminal' ? terminalDriver(this.shell, this.folder) : this.library;
    return this.hands;
  }

  /** A program's hands, for what cannot be typed. */
  get library(): LibraryDriver {
    this.program ??= this.parameters.driver === 'dying' ? dyingDriver(this.ground) : this.immortal();
    return this.program;
  }

  private immortal(): LibraryDriver {
    const { ground } = this;
    const time = this.clock === null ? {} : { clock: this.clock };
    return libraryDriver(() =>
      opening(ground, { store: levelStore(ground.store), project: projectOf(ground), ...time }),
    );
  }

  private get ground(): Ground {
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
  async testify(name: string): Promise<void> {
    const { outcomes } = this.parameters;
    if (outcomes === undefined || this.program === null) return;
    const outcome = await outcomeOf(this.program.troupe, this.repository);
    const deaths = 'deaths' in this.program ? this.program.deaths : 0;
    const file = `${createHash('sha256').update(name).digest('hex').slice(0, 16)}.json`;
    writeFileSync(join(outcomes, file), JSON.stringify({ name, deaths, outcome }));
  }

  async dismiss(): Promise<void> {
    await this.hands?.close();
    await this.program?.close();
    await this.listening;
    this.window?.child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

setWorldConstructor(TroupeWorld);
setDefaultTimeout(60_000);

Before(async function (this: TroupeWorld) {
  await this.found();
});

After(async function (this: TroupeWorld, { pickle, gherkinDocument, result }) {
  const steps = pickle.steps.map(({ text }) => text).join('\n');
  if (result?.status === 'PASSED') await this.testify(`${gherkinDocument.feature?.name}: ${pickle.name}\n${steps}`);
  await this.dismiss();
});
