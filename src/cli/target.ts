import { resolve } from 'node:path';
import {
  type ApplyOptions,
  type ApplyTarget,
  CommitNote,
  Fault,
  type PlanRecord,
  patchOf,
  shellWord,
} from '../index.ts';
import type { Context } from './verb.ts';

/** Where `--branch`, `--onto` and `--patch` say that the result goes; undefined when they say nothing. */
export function targetOf(
  { given, globals }: Pick<Context, 'given' | 'globals'>,
  root: string,
): ApplyTarget | undefined {
  const branch = given.text('branch');
  const onto = given.text('onto');
  const file = given.text('patch');
  if ([branch, onto, file].filter(word => word !== undefined).length > 1) {
    throw new Fault('USAGE', 'A result goes to one place', { hints: ['troupe help plan apply'] });
  }
  const overwrite = given.has('force');
  if (overwrite && file === undefined) {
    throw new Fault('USAGE', 'Only a patch file is written over', {
      hints: ['troupe help plan apply'],
    });
  }
  if (branch !== undefined) return { kind: 'branch', branch };
  if (onto !== undefined) return { kind: 'checkout', root, branch: onto };
  if (file === undefined) return undefined;
  return { kind: 'patch', file: resolve(globals.directory, file), ...(overwrite ? { overwrite } : {}) };
}

/** What `plan apply` was told of the landing, typed in the checkout at `root`. @throws {Fault} USAGE */
export function applyOptionsOf(context: Pick<Context, 'given' | 'globals'>, root: string): ApplyOptions {
  const { given } = context;
  const only = given.list('only');
  if (given.has('drop-rest') && only.length === 0) {
    throw new Fault('USAGE', 'What is let go of is the rest of what --only names', {
      hints: ['troupe plan review'],
    });
  }
  const then = given.text('then');
  const note = {
    ...optional('assistedBy', given.text('assisted-by')),
    ...optional('coAuthoredBy', given.text('co-authored-by')),
    ...(given.has('plan-trailer') ? { planId: true } : {}),
  };
  const commit = CommitNote.safeParse(note);
  if (!commit.success) {
    throw new Fault('USAGE', commit.error.issues.map(({ message }) => message).join('; '), {
      hints: ['troupe help plan apply'],
    });
  }
  const subplans = given.list('part');
  const target = targetOf(context, root);
  return {
    from: root,
    // Unnamed it is where parts of the plan landed before, if any did, or else where the plan was made.
    ...(target === undefined ? {} : { target }),
    ...(only.length === 0 ? {} : { only }),
    ...(given.has('drop-rest') ? { dropRest: true } : {}),
    ...(given.has('finished') ? { finished: true } : {}),
    ...(subplans.length === 0 ? {} : { subplans }),
    ...(Object.keys(note).length === 0 ? {} : { commit: commit.data }),
    ...(then === undefined ? {} : { after: { argv: ['sh', '-c', then], timeoutSeconds: 300 } }),
  };
}

const optional = <Key extends string>(key: Key, value: string | undefined) =>
  value === undefined ? {} : { [key]: value };

/** The flags that name a target, as they are typed. */
export function flagsOf(target: ApplyTarget | undefined): string {
  if (target === undefined) return '';
  if (target.kind === 'branch') return ` --branch ${shellWord(target.branch)}`;
  if (target.kind === 'checkout') return target.branch === undefined ? '' : ` --onto ${shellWord(target.branch)}`;
  return ` --patch ${shellWord(target.file)}${target.overwrite === true ? ' --force' : ''}`;
}

/** `here` is the checkout that the person stands in, where it is known. */
export function targetName(
  target: ApplyTarget,
  { projectLinks: links }: Pick<PlanRecord, 'projectLinks'>,
  here?: string,
): string {
  if (target.kind === 'branch') return `branch ${target.branch}`;
  const aliases = links.map(({ alias }) => alias);
  if (target.kind === 'patch') {
    return aliases.length === 1
      ? `the file ${target.file}`
      : `the files ${aliases.map(alias => patchOf(target.file, alias)).join(', ')}`;
  }
  if (aliases.length > 1) return `the checkouts of ${aliases.join(', ')}`;
  const root = target.root ?? links[0]?.root;
  const branch = target.branch ?? links[0]?.branch ?? null;
  const checkout = here === undefined || here === root ? 'your checkout' : `the checkout ${root}`;
  return branch === null ? checkout : `${checkout} (branch ${branch})`;
}
