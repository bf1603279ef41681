/**
 * The names of trees in the exchange: `refs/troupe-exchange/OWNER/DAY/WORK/PART`.
 *
 * R1. The day of publishing is part of the name: what others left can be removed by age without fetching it.
 * R2. The work is a digest of its key: keys contain characters that git does not allow.
 * R3. No default refspec of git contains these names, so that a clone or a fetch does not bring them.
 */
import { createHash } from 'node:crypto';
import { TroupeError } from '../../model/errors.ts';

export const exchangeRefs = 'refs/troupe-exchange/';

export const workDigest = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 32);

/** @throws {TroupeError} USAGE */
export function checkRefName(name: string, what: string): string {
  if (/^[\w-]+$/.test(name)) return name;
  throw new TroupeError('USAGE', `The ${what} ${name} must consist of letters, digits, - and _`, { where: name });
}

export interface ExchangeRefParts {
  owner: string;
  /** Milliseconds since the epoch. */
  publishedMs: number;
  key: string;
  part: string;
}

/** @throws {TroupeError} USAGE for a part that is no name */
export const exchangeRef = ({ owner, publishedMs, key, part }: ExchangeRefParts) =>
  `${exchangeRefs}${owner}/${dayName(publishedMs)}/${workDigest(key)}/${checkRefName(part, 'part')}`;

/** Returns the name of another tree of the same work. @throws {TroupeError} USAGE for a part that is no name */
export const siblingRef = (ref: string, part: string) =>
  `${ref.slice(0, ref.lastIndexOf('/'))}/${checkRefName(part, 'part')}`;

export interface ExchangeRef {
  ref: string;
  owner: string;
  /** As eight digits. */
  day: string;
  /** See {@link workDigest}. */
  work: string;
}

/** Parses the output of `git ls-remote`. Other refs are left out. */
export function parseExchangeRefs(output: string): ExchangeRef[] {
  return [...output.matchAll(/\t(refs\/troupe-exchange\/([\w-]+)\/(\d{8})\/([0-9a-f]{32})\/[\w-]+)$/gm)].map(
    ([, ref = '', owner = '', day = '', work = '']) => ({ ref, owner, day, work }),
  );
}

/** Returns the name of a day, in UTC; names sort like days. */
export const dayName = (ms: number) => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');
