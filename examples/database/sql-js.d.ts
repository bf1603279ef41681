/** As much of sql.js as the example uses; the package has no types of its own. */
declare module 'sql.js' {
  export interface Database {
    exec(sql: string): { columns: string[]; values: unknown[][] }[];
    run(sql: string, values?: readonly unknown[]): void;
    export(): Uint8Array;
    close(): void;
  }
  export default function initSqlJs(): Promise<{ Database: new (content?: Uint8Array) => Database }>;
}
