/** Code points that HFS+ passes over when it compares names: the list of git's `utf8.c`. */
const ignoredByHfs = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
/** What NTFS takes for `.git`: its short name, and whatever dots, spaces and stream names follow (git's `is_ntfs_dotgit`). */
const onNtfs = /^(?:\.git|git~\d+)[. ]*(?::|$)/i;

/** Whether some file system takes this name for `.git`, the rules of git for what it refuses to check out. */
export function isDotGit(name: string): boolean {
  return onNtfs.test(name) || name.replace(ignoredByHfs, '').toLowerCase() === '.git';
}
