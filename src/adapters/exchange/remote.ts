/**
 * The exchange as git sees it: a repository that both sides reach under a URL.
 *
 * X1. Authentication is git's: its credential helpers, ssh and its agent, `.netrc`. A password in a URL is shown nowhere.
 * X2. A push is complete or leaves nothing visible: the receiving git adds its objects first, then sets the ref.
 * X3. Neither side sets a ref in the user's repository. Settings of the user's for pushing do not apply.
 */
import { existsSync } from 'node:fs';
import { TroupeError } from '../../model/errors.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import { shellQuote } from '../../model/shell-quote.ts';
import type { GitResult } from '../project/git/collect-output.ts';
import type { Git } from '../project/git/git.ts';
import { type ExchangeRef, exchangeRefs, parseExchangeRefs } from './exchange-refs.ts';
import { isPath, publicUrl } from './exchange-url.ts';

/** Sets a ref of the exchange to a commit. */
export interface RefUpdate {
  ref: string;
  /** null removes it. */
  commit: string | null;
}

export interface Remote {
  /** Pushes all, each as a whole. Returns those that failed, with the reason. @throws {TroupeError} GIT_FAILED when all failed */
  push(updates: readonly RefUpdate[]): Promise<Map<RefUpdate, unknown>>;
  /**
   * Adds what the refs point to, to this repository's objects, and returns refs that do not exist there.
   * @param tips commits here that the exchange is likely to have
   * @throws {TroupeError} GIT_FAILED
   */
  fetch(refs: readonly string[], tips: readonly string[]): Promise<Set<string>>;
  /** Lists trees. @throws {TroupeError} GIT_FAILED */
  list(): Promise<ExchangeRef[]>;
}

export interface RemoteOptions {
  url: string;
  /** The repository from which objects are pushed, and to which they are fetched. */
  objects: Git;
  /** The environment from which git's settings for connections are taken. */
  env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds after which a transfer is stopped. */
  timeoutMs: number;
  /** Check fetched objects as strictly as `git fsck`. */
  strict: boolean;
}

/** Variables with which people tell git how to connect and to authenticate. */
const connecting =
  /^(?:GIT_SSH|GIT_SSH_COMMAND|GIT_SSH_VARIANT|GIT_ASKPASS|SSH_ASKPASS|GIT_SSL_\w+|GIT_PROXY_\w+|GIT_HTTP_\w+|GIT_CONFIG_(?:COUNT|KEY_\d+|VALUE_\d+))$/;

const settings = [
  ...['push.gpgSign=false', 'push.followTags=false', 'push.pushOption=', 'push.recurseSubmodules=no'],
  ...['fetch.recurseSubmodules=no', 'fetch.writeCommitGraph=false', 'fetch.prune=false'],
  // A connection that transfers less than a kilobyte per second for two minutes is dead.
  ...['http.lowSpeedLimit=1000', 'http.lowSpeedTime=120'],
];

export function openRemote({ url, objects, env, timeoutMs, strict }: RemoteOptions): Remote {
  const git = objects.at({ config: [...settings, `fetch.fsckObjects=${strict}`] });
  const variables = Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && connecting.test(entry[0]),
    ),
  );
  const run = (words: readonly string[], input?: string) =>
    git.tryRun(words, { env: variables, timeoutMs, ...omitUndefined({ input }) });

  return {
    async push(updates) {
      const specs = updates.map(({ ref, commit }) => `${commit === null ? '' : `+${commit}`}:${ref}`);
      const result = await run(['push', '--porcelain', '--no-verify', '--no-signed', '--', url, ...specs]);
      if (result.code === 0) return new Map();
      const reports = parsePushReport(result.stdout.toString());
      if (reports.size === 0) throw exchangeError(url, result);
      const failed = updates.flatMap(update => {
        const reason = reports.get(update.ref);
        if (reason === null || (update.commit === null && isGone(reason))) return [];
        return [[update, refusedError(url, update.ref, reason ?? 'it was not reported')] as const];
      });
      return new Map(failed);
    },
    async fetch(refs, tips) {
      const missing = new Set<string>();
      for (;;) {
        const wanted = refs.filter(ref => !missing.has(ref));
        if (wanted.length === 0) return missing;
        const words = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--stdin'];
        const negotiation = tips.map(tip => `--negotiation-tip=${tip}`);
        const result = await run([...words, ...negotiation, '--', url], wanted.map(ref => `${ref}\n`).join(''));
        if (result.code === 0) return missing;
        const lost = /couldn't find remote ref (\S+)/.exec(result.stderr)?.[1];
        if (lost === undefined || !wanted.includes(lost)) throw exchangeError(url, result);
        missing.add(lost);
      }
    },
    async list() {
      const result = await run(['ls-remote', '--refs', '--', url, `${exchangeRefs}*`]);
      if (result.code !== 0) throw exchangeError(url, result);
      return parseExchangeRefs(result.stdout.toString());
    },
  };
}

const isGone = (reason: string | undefined) => reason !== undefined && /remote ref does not exist/.test(reason);

/** Returns the refs of the output of `push --porcelain`: null for what is done, else the reason of the failure. */
function parsePushReport(output: string): Map<string, string | null> {
  const lines = [...output.matchAll(/^(.)\t[^\t]*:(\S+)\t(.*)$/gm)];
  return new Map(lines.map(([, flag, ref = '', summary = '']) => [ref, flag === '!' ? summary : null]));
}

function exchangeError(url: string, { code, stderr, cut }: GitResult): TroupeError {
  const text = stderr.replaceAll(url, publicUrl(url)).replace(/(:\/\/)[^/@\s']*@/g, '$1');
  const lines = text
    .split('\n')
    .filter(line => /\S/.test(line) && !/^(?:hint|remote):|^Please make sure|^and the repository/.test(line));
  const why =
    cut === undefined
      ? lines
          .slice(-3)
          .map(line => line.replace(/^(?:fatal|error): /, ''))
          .join('; ')
      : 'it took too long';
  return new TroupeError(
    'GIT_FAILED',
    `The exchange ${publicUrl(url)} did not serve: ${why || `git exited with ${code}`}`,
    {
      where: publicUrl(url),
      hints: [
        ...(isPath(url) && !existsSync(url) ? [`git init --bare ${shellQuote(url)}`] : []),
        `git ls-remote ${shellQuote(publicUrl(url))}`,
      ],
      details: { exitCode: code, stderr: text.trim() },
    },
  );
}

function refusedError(url: string, ref: string, reason: string): TroupeError {
  return new TroupeError('GIT_FAILED', `The exchange ${publicUrl(url)} refused ${ref}: ${reason}`, {
    where: publicUrl(url),
    hints: [`git ls-remote ${shellQuote(publicUrl(url))}`],
  });
}

/** The error for a tree that is not in the exchange any more. */
export const lostTreeError = (url: string, ref: string) =>
  new TroupeError('GIT_FAILED', `The exchange ${publicUrl(url)} no longer has ${ref}`, {
    where: publicUrl(url),
    hints: [`git ls-remote ${shellQuote(publicUrl(url))}`],
    retriable: false,
  });
