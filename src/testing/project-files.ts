/** Contract tests of a project use test files of every kind: this creates them, changes them in every way, and reads them byte for byte. */
import { chmod, lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Project } from '../ports/project.ts';

/** Registers a contract test of a project, which gets a new one with the user's folder at `root`. */
export type TestProject = (title: string, body: (trial: { project: Project; root: string }) => Promise<void>) => void;

/** Writes files of all kinds: names, modes, links, bytes. */
export async function writeAllKinds(root: string): Promise<void> {
  await write(root, 'crlf.txt', 'a\r\nb\r\n');
  await write(root, 'mixed ends.txt', 'a\r\nb\nc');
  await write(root, 'ünï/codé 文.txt', 'x');
  await write(root, 'new\nline.txt', 'x');
  await write(root, ' lead "quote" \t.txt', 'x');
  await write(root, '-dash', 'x');
  await write(root, ':colon', 'x');
  await write(root, 'empty', '');
  await write(root, 'tool', '#!/bin/sh\n');
  await chmod(join(root, 'tool'), 0o755);
  await writeFile(join(root, 'bytes'), Buffer.from([0, 255, 254, 10, 13, 10, 0]));
  await symlink('a.txt', join(root, 'link'));
  await symlink('/no/such/place', join(root, 'dangling'));
  await rm(join(root, 'gone.txt'));
}

/** Makes changes of every kind, each of which a restore has to undo. */
export async function modify(root: string): Promise<void> {
  await write(root, 'a.txt', 'upset\n');
  await chmod(join(root, 'dir/b.txt'), 0o755);
  await rm(join(root, 'dir/deep'), { recursive: true });
  await symlink('..', join(root, 'dir/deep'));
  await rm(join(root, 'crlf.txt'), { force: true });
  await write(root, 'crlf.txt/now/a folder', 'x');
  await rm(join(root, 'link'), { force: true });
  await write(root, 'link', 'now a file');
  await write(root, 'later/made.txt', 'x');
  await mkdir(join(root, 'later/empty folder'), { recursive: true });
  await mkdir(join(root, 'empty folder'), { recursive: true });
}

export async function write(root: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

/**
 * Returns every path below a folder except `.git` and `.troupe`, empty folders included, with kind, executable bit
 * and content.
 */
export async function readFolder(root: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const walk = async (folder: string) => {
    for (const name of (await readdir(join(root, folder))).sort()) {
      const path = join(folder, name);
      if (path === '.git' || path === '.troupe') continue;
      const entry = await lstat(join(root, path));
      if (entry.isSymbolicLink()) found[path] = `link ${await readlink(join(root, path))}`;
      else if (entry.isDirectory()) {
        found[`${path}/`] = 'folder';
        await walk(path);
      } else {
        const kind = (entry.mode & 0o100) === 0 ? 'file' : 'program';
        found[path] = `${kind} ${(await readFile(join(root, path))).toString('base64')}`;
      }
    }
  };
  await walk('');
  return found;
}
