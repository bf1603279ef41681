/** Objects on their way from one repository to another. */
import { once } from 'node:events';
import type { Git } from './git.ts';
import { gitFailedError } from './git.ts';
import { ownRefs } from './pins.ts';
import type { ProjectRepository } from './repository.ts';

/** A git pack of what the tips reach and `without` does not. */
export async function* packObjects(
  { objects, database }: ProjectRepository,
  { tips, without }: { tips: readonly string[]; without: readonly string[] },
): AsyncIterable<Buffer> {
  const known = await database.existing(without);
  const words = ['pack-objects', '--revs', '--thin', '--stdout', '-q'];
  const child = objects.spawn(words);
  const said: Buffer[] = [];
  child.stderr.on('data', chunk => said.push(chunk));
  child.stdin.on('error', () => {});
  const ended = once(child, 'close');
  child.stdin.end([...tips, ...known.map(oid => `^${oid}`), ''].join('\n'));
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer;
    const [code] = await ended;
    if (code !== 0) throw gitFailedError(words, objects.location, code ?? 128, Buffer.concat(said).toString());
  } finally {
    child.kill();
  }
}

/** Takes a pack in, whole or not at all, and then sets refs to what it brought: all or none. */
export async function unpackObjects(
  objects: Git,
  pack: AsyncIterable<Buffer>,
  refs: readonly { name: string; oid: string }[],
): Promise<void> {
  const words = ['index-pack', '--stdin', '--fix-thin', '--strict'];
  const child = objects.spawn(words);
  const said: Buffer[] = [];
  child.stderr.on('data', chunk => said.push(chunk));
  child.stdout.resume();
  // It may end before it read all; its exit code tells.
  child.stdin.on('error', () => {});
  const ended = once(child, 'close');
  try {
    for await (const chunk of pack) {
      if (!child.stdin.write(chunk)) await Promise.race([once(child.stdin, 'drain'), ended]);
    }
    child.stdin.end();
    const [code] = await ended;
    if (code !== 0) throw gitFailedError(words, objects.location, code ?? 128, Buffer.concat(said).toString());
  } finally {
    child.kill();
  }
  const orders = refs.map(({ name, oid }) => `create ${ownRefs}${name} ${oid}\n`).join('');
  if (orders !== '') await objects.exec(['update-ref', '--stdin'], { input: orders });
}
