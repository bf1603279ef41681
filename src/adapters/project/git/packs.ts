/** Transfers objects between repositories. */
import { once } from 'node:events';
import type { Git } from './git.ts';
import { gitFailedError } from './git.ts';
import { ownRefs } from './pins.ts';
import type { ProjectRepository } from './repository.ts';

/** Returns a git pack of what is reachable from the tips and not from `without`. */
export async function* packObjects(
  { objects, database }: ProjectRepository,
  { tips, without }: { tips: readonly string[]; without: readonly string[] },
): AsyncIterable<Buffer> {
  const known = await database.existing(without);
  const words = ['pack-objects', '--revs', '--thin', '--stdout', '-q'];
  const child = objects.spawn(words);
  const output: Buffer[] = [];
  child.stderr.on('data', chunk => output.push(chunk));
  child.stdin.on('error', () => {});
  const ended = once(child, 'close');
  child.stdin.end([...tips, ...known.map(oid => `^${oid}`), ''].join('\n'));
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer;
    const [code] = await ended;
    if (code !== 0) throw gitFailedError(words, objects.location, code ?? 128, Buffer.concat(output).toString());
  } finally {
    child.kill();
  }
}

/** Imports a pack, completely or not at all, and then sets refs to its objects: all or none. */
export async function unpackObjects(
  objects: Git,
  pack: AsyncIterable<Buffer>,
  refs: readonly { name: string; oid: string }[],
): Promise<void> {
  const words = ['index-pack', '--stdin', '--fix-thin', '--strict'];
  const child = objects.spawn(words);
  const output: Buffer[] = [];
  child.stderr.on('data', chunk => output.push(chunk));
  child.stdout.resume();
  // It may exit before reading all; its exit code counts.
  child.stdin.on('error', () => {});
  const ended = once(child, 'close');
  try {
    for await (const chunk of pack) {
      if (!child.stdin.write(chunk)) await Promise.race([once(child.stdin, 'drain'), ended]);
    }
    child.stdin.end();
    const [code] = await ended;
    if (code !== 0) throw gitFailedError(words, objects.location, code ?? 128, Buffer.concat(output).toString());
  } finally {
    child.kill();
  }
  const orders = refs.map(({ name, oid }) => `create ${ownRefs}${name} ${oid}\n`).join('');
  if (orders !== '') await objects.exec(['update-ref', '--stdin'], { input: orders });
}
