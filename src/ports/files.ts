export type FileKind = 'file' | 'folder' | 'link' | 'other';

/** A path in a sandbox: a file, a folder, a link, or nothing yet. */
export interface SandboxFile {
  /** Relative to the sandbox, with `/`; `.` is the sandbox itself. */
  path: string;
  /** null when nothing exists at the path. */
  kind: FileKind | null;
  /** Size of the file. */
  bytes(): Promise<number>;
  /** Reads the file or a range of it, in bytes. @default the whole file */
  read(range?: { offset: number; bytesMax: number }): Promise<Buffer>;
  /**
   * Writes the file and creates missing folders. The mode of an existing file is kept unless `executable` is given.
   * @throws {TroupeError} TOOL_FAILED when no file can be created at the path
   */
  write(content: Buffer, options?: { executable?: boolean }): Promise<void>;
  /** Removes the file, the link, or the folder with its content. */
  remove(): Promise<void>;
  /** Returns the content of the folder, sorted by name, without git's own files. Links are not followed. */
  entries(): Promise<SandboxFile[]>;
}

/** The files of a sandbox as tools see them, whether they are in a folder or only in git. */
export interface Files {
  /**
   * Resolves a path of the sandbox. Absolute paths, `..`, git's own files, and links that are dangling or point
   * outside are refused. With `follow: false` the last part may be a link, for tools that act on the link itself.
   * @default follow
   * @throws {TroupeError} TOOL_REFUSED
   */
  at(path: string, options?: { follow?: boolean }): Promise<SandboxFile>;
}
