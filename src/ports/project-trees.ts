import type { ChangeSet } from '../model/change.ts';

/** The trees and blobs of a project, by their git object ids. */
export interface ProjectTrees {
  changes(options: { alias: string; from: string; to: string }): Promise<ChangeSet>;
  /** Returns a unified diff as text, or a stat. */
  diff(options: { from: string; to: string; stat?: boolean; paths?: string[] }): Promise<string>;
  files(tree: string): Promise<string[]>;
  /** Returns the bytes that the files of a tree take in a sandbox. */
  size(tree: string): Promise<number>;
  read(tree: string, path: string): Promise<Buffer | null>;
  /** Reads a blob. @throws {TroupeError} GIT_FAILED when the object does not exist */
  blob(oid: string): Promise<Buffer>;
  writeBlob(content: Buffer): Promise<string>;
  /** Writes a tree with the given paths replaced; `oid` null deletes a path. */
  writeTree(base: string, edits: { path: string; oid: string | null; mode?: string }[]): Promise<string>;
}
