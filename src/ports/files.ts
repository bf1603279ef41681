export type FileKind = 'file' | 'folder' | 'link' | 'other';

/** One place among the files of a sandbox: what stands there, or nothing yet. */
export interface SandboxFile {
  /** Relative to the sandbox, with `/`; `.` is the sandbox itself. */
  path: string;
  /** null: nothing stands there. */
  kind: FileKind | null;
  /** Size of the file. */
  bytes(): Promise<number>;
  /** The file, or a piece of it. @default all of it */
  read(range?: { offset: number; bytesMax: number }): Promise<Buffer>;
  /**
   * A file of this content, with the folders it needs; what it was before decides its mode, unless that is given.
   * @throws {TroupeError} TOOL_FAILED where no file can stand
   */
  write(content: Buffer, options?: { executable?: boolean }): Promise<void>;
  /** Takes away the file, the link, or the folder with all that is in it. */
  remove(): Promise<void>;
  /** What is in the folder, names in order, git's own files left out. Links are not followed. */
  entries(): Promise<SandboxFile[]>;
}

/** The files of a sandbox as tools see them, whether they lie in a folder or only in git. */
export interface Files {
  /**
   * The place a path of the sandbox leads to. Absolute paths, `..`, git's own files and links that lead out or to nothing
   * are refused. With `follow: false` the last part may itself be a link, for what acts on the link. @default follow
   * @throws {TroupeError} TOOL_REFUSED
   */
  at(path: string, options?: { follow?: boolean }): Promise<SandboxFile>;
}
