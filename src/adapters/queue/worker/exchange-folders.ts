/** Folders of jobs whose files come through an exchange: sandboxes as on the owner's machine, set up as the plan says. */
import { primaryProject } from '../../../model/primary-project.ts';
import { assertSetUp, sandboxVariables, setUpWatchdogs } from '../../../model/sandbox-setup.ts';
import type { WorkerExchange, WorkerRepository } from '../../../ports/exchange.ts';
import type { RunProcess } from '../../../ports/process.ts';
import type { SandboxEnvironment } from '../../../ports/tool.ts';
import { withoutLoading } from './own-variables.ts';
import { programEnvironment } from './run-job.ts';
import type { FolderRequest, WorkFolder, WorkFolders } from './work-folder.ts';

export interface ExchangeFoldersOptions {
  exchange: WorkerExchange;
  run: RunProcess;
  /** Environment of programs. */
  env: Readonly<Record<string, string>>;
  /**
   * Returns the variables of a plan's secrets, which this machine has by name.
   * @throws {TroupeError} INVALID_ARGUMENT naming one that it lacks
   */
  secretVariables(plan: FolderRequest['plan']): Record<string, string>;
}

export function exchangeFolders(options: ExchangeFoldersOptions): WorkFolders {
  const { exchange } = options;
  return {
    async open(request) {
      const repository = await exchange.open(request.base);
      await repository.fetch(request.base);
      const { project } = repository;
      await project.openSandbox({
        key: request.key,
        tree: request.base.tree,
        kind: 'folder',
        checkout: { copy: request.plan.isolation === 'copy' },
      });
      try {
        const environment = await prepare(options, repository, request);
        return openFolder(repository, request, environment);
      } catch (thrown) {
        await project.removeSandbox({ key: request.key, pin: null });
        throw thrown;
      }
    },
    close: () => exchange.close(),
  };
}

async function prepare(
  options: ExchangeFoldersOptions,
  { project }: WorkerRepository,
  request: FolderRequest,
): Promise<SandboxEnvironment> {
  const { key, plan, onlyLooking } = request;
  const { path, ports } = await project.provision({ key, include: [], link: [] });
  const setup = onlyLooking ? undefined : plan.setup;
  const environment = {
    directory: path,
    variables: {
      ...withoutLoading({ ...setup?.env, ...options.secretVariables(plan) }),
      ...sandboxVariables({ path, root: path, ports, link: primaryProject(plan) }),
    },
  };
  if (onlyLooking) return environment;
  if (setup === undefined || setup.run.length === 0) {
    await project.markProvisioned(key);
    return environment;
  }
  const { tree } = await project.capture({ key });
  for (const argv of setup.run) await runSetUp(options, request, argv, setup.timeout, environment);
  await project.markProvisioned(key, tree);
  return environment;
}

async function runSetUp(
  { run, env }: ExchangeFoldersOptions,
  { plan, processTag, signal, log }: FolderRequest,
  argv: string[],
  timeout: number,
  { directory, variables }: SandboxEnvironment,
): Promise<void> {
  log(`set-up: $ ${argv.join(' ')}`);
  const result = await run({
    ...{
      argv,
      cwd: directory,
      env: { ...programEnvironment(plan, env), ...variables },
      signal,
      processTag,
      onLine: log,
    },
    watchdogs: setUpWatchdogs({ timeout }),
  });
  assertSetUp(argv, result, { message: 'The folder on the worker could not be set up' });
}

function openFolder(
  { project, fetch, publish }: WorkerRepository,
  { key, base }: FolderRequest,
  environment: SandboxEnvironment,
): WorkFolder {
  let current = base;
  let parts = 0;
  return {
    environment,
    async publish() {
      const { tree } = await project.capture({ key });
      if (tree !== current.tree) current = await publish(base, `${key.slice(-24)}-${parts++}`, tree);
      return current;
    },
    async adopt(tree) {
      if (tree.tree === current.tree) return;
      await fetch(tree);
      await project.restore({ key, tree: tree.tree });
      current = tree;
    },
    close: () => project.removeSandbox({ key, pin: null }),
  };
}
