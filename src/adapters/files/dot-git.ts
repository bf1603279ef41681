/** Code points that HFS+ ignores when it compares names: the list of git's `utf8.c`. */
const ignoredByHfs = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
/** Names that NTFS treats as `.git`: its short name, followed by dots, spaces and stream names (git's `is_ntfs_dotgit`). */
const onNtfs = /^(?:\.git|git~\d+)[. ]*(?::|$)/i;

/** Returns whether some file system treats this name as `.git`, by git's own rules for names it refuses to check out. */
export function isDotGit(name: string): boolean {
  return onNtfs.test(name) || name.replace(ignoredByHfs, '').toLowerCase() === '.git';
}
