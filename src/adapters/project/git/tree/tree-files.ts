import { ascending } from '../../../../model/text-order.ts';
import type { FileKind, Files, SandboxFile } from '../../../../ports/files.ts';
import { notADirectoryError } from '../../../files/file-errors.ts';
import { danglingLinkError, escapingLinkError, formatPath, parsePath } from '../../../files/sandbox-path.ts';
import type { CheckoutFilters } from './checkout-filters.ts';
import { isFolder, isLink, isSubmodule, type OverlayNode, type TreeOverlay } from './overlay.ts';

/** As many links as the system follows. */
const linksMax = 40;

/** The files of a tree. When a folder would show or store something different, calls `toFolder` and works there. */
export function treeFiles(overlay: TreeOverlay, likeness: CheckoutFilters, toFolder: () => Promise<Files>): Files {
  let folder: Files | null = null;

  const placeOf = (parts: readonly string[], path: string, node: OverlayNode | null): SandboxFile => {
    const inFolder = async () => {
      folder ??= await toFolder();
      return { ...(await folder.at(formatPath(parts), { follow: false })), path };
    };
    const content = async () => {
      const alike = folder === null && (await likeness.readsUnchanged(overlay, parts));
      return alike && node !== null ? overlay.content(node) : (await inFolder()).read();
    };
    return {
      path,
      kind: node === null ? null : kindOf(node),
      bytes: async () => (await content()).length,
      async read(piece) {
        const bytes = await content();
        return piece === undefined ? bytes : bytes.subarray(piece.offset, piece.offset + piece.bytesMax);
      },
      async write(bytes, options = {}) {
        const alike = folder === null && (await likeness.capturesUnchanged(overlay, parts, bytes));
        const before = node?.mode ?? fileMode;
        const mode = options.executable === undefined ? before : options.executable ? executableMode : fileMode;
        if (!alike || (await inSubmodule(overlay, parts))) await (await inFolder()).write(bytes, options);
        else if (!(await overlay.write(parts, bytes, mode))) throw notADirectoryError(path);
      },
      async remove() {
        await (folder === null ? overlay.remove(parts) : (await inFolder()).remove());
      },
      async entries() {
        if (folder !== null) return (await inFolder()).entries();
        const entries = node === null ? [] : await overlay.entries(node);
        return entries
          .sort(ascending(([key]) => key))
          .map(([name, entry]) => placeOf([...parts, name], path === '.' ? name : `${path}/${name}`, entry));
      },
    };
  };

  return {
    async at(path, { follow = true } = {}) {
      const asked = parsePath(path);
      const last = asked.at(-1);
      const resolved =
        follow || last === undefined
          ? await walk(overlay, { names: asked, path })
          : [...(await walk(overlay, { names: asked.slice(0, -1), path })), last];
      return placeOf(resolved, formatPath(asked), await overlay.at(resolved));
    },
  };
}

const fileMode = '100644';
const executableMode = '100755';

/** Resolves names over all links. @throws {TroupeError} TOOL_REFUSED */
async function walk(
  overlay: TreeOverlay,
  { names, from = [], links = 0, path }: { names: readonly string[]; from?: string[]; links?: number; path: string },
): Promise<string[]> {
  let parts = from;
  for (const name of names) {
    if (name === '..') {
      if (parts.length === 0) throw escapingLinkError(path);
      parts = parts.slice(0, -1);
      continue;
    }
    const next = [...parts, name];
    const node = await overlay.at(next);
    if (node === null || !isLink(node)) {
      parts = next;
      continue;
    }
    const target = (await overlay.content(node)).toString('utf8');
    if (target.startsWith('/')) throw escapingLinkError(path);
    if (links === linksMax) throw danglingLinkError(path);
    const rest = target.split('/').filter(part => part !== '' && part !== '.');
    parts = await walk(overlay, { names: rest, from: parts, links: links + 1, path });
    if ((await overlay.at(parts)) === null) throw danglingLinkError(path);
  }
  return parts;
}

async function inSubmodule(overlay: TreeOverlay, parts: readonly string[]): Promise<boolean> {
  const above = await Promise.all(parts.map((_, depth) => overlay.at(parts.slice(0, depth))));
  return above.some(node => node !== null && isSubmodule(node));
}

/** A submodule that is not checked out is an empty folder. */
function kindOf(node: OverlayNode): FileKind {
  if (isFolder(node) || isSubmodule(node)) return 'folder';
  return isLink(node) ? 'link' : 'file';
}
