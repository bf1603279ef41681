// A resource that merges by rows: SQLite files, through sql.js. Tables merge row by primary key; a row that both sides
// changed differently is a conflict of its own. Where a schema differs, or a table has no primary key, or something
// would happen by itself (triggers), it says that it cannot tell, and the file as a whole is in conflict.
import initSqlJs, { type Database } from 'sql.js';
import type { Resource, ResourceConflict } from 'troupe';

type SqliteRow = readonly unknown[];

export function sqlite(paths: readonly string[]): Resource {
  return {
    name: 'sqlite',
    paths,
    async merge({ base, ours, theirs }, resolutions) {
      if (base === null) throw new Error('both sides made the database');
      const { Database: Opened } = await initSqlJs();
      const [b, o, t] = [new Opened(base), new Opened(ours), new Opened(theirs)] as const;
      try {
        const tables = tablesOf(b);
        for (const side of [o, t]) {
          if (JSON.stringify(tablesOf(side)) !== JSON.stringify(tables)) throw new Error('the schema changed');
        }
        const conflicts = tables.flatMap(([table]) => mergeTable({ b, o, t }, table, resolutions));
        return { content: Buffer.from(o.export()), conflicts };
      } finally {
        for (const each of [b, o, t]) each.close();
      }
    },
  };
}

/** Names and definitions, in order. */
function tablesOf(database: Database): [name: string, sql: string][] {
  const [found] = database.exec(
    "SELECT name, sql, type FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name",
  );
  const entries = found?.values ?? [];
  const other = entries.find(([, , type]) => type !== 'table');
  if (other !== undefined) throw new Error(`${String(other[0])} is a ${String(other[2])}, and not merged`);
  return entries.map(([name, sql]) => [String(name), String(sql)]);
}

interface TableSides {
  b: Database;
  o: Database;
  t: Database;
}

/** Copies their rows into ours; returns those that both changed and that have no resolution. */
function mergeTable(
  { b, o, t }: TableSides,
  table: string,
  resolutions: Readonly<Record<string, string>>,
): ResourceConflict[] {
  const rows = { base: rowsOf(b, table), ours: rowsOf(o, table), theirs: rowsOf(t, table) };
  const conflicts: ResourceConflict[] = [];
  for (const key of new Set([...rows.base.keys(), ...rows.ours.keys(), ...rows.theirs.keys()])) {
    const [base, ours, theirs] = [
      describeRow(rows.base.get(key)),
      describeRow(rows.ours.get(key)),
      describeRow(rows.theirs.get(key)),
    ];
    if (theirs === base || theirs === ours) continue;
    const name = `${table} ${key}`;
    const side = ours === base ? 'theirs' : resolutions[name];
    if (side === undefined) conflicts.push({ key: name, base, ours, theirs });
    else if (side === 'base' || side === 'theirs') applyRow(o, table, rows.ours.get(key), rows[side].get(key));
  }
  return conflicts;
}

function rowsOf(database: Database, table: string): Map<string, SqliteRow> {
  const keys = keysOf(database, table);
  const [found] = database.exec(`SELECT * FROM ${quoteName(table)}`);
  return new Map((found?.values ?? []).map(row => [JSON.stringify(keys.map(at => row[at])).slice(1, -1), row]));
}

/** Where the primary key's columns stand. */
function keysOf(database: Database, table: string): number[] {
  const [found] = database.exec(`PRAGMA table_info(${quoteName(table)})`);
  const columns = (found?.values ?? []).flatMap(([at, , , , , key]) => (key === 0 ? [] : [Number(at)]));
  if (columns.length === 0) throw new Error(`${table} has no primary key`);
  return columns;
}

function applyRow(
  database: Database,
  table: string,
  before: SqliteRow | undefined,
  after: SqliteRow | undefined,
): void {
  const [info] = database.exec(`PRAGMA table_info(${quoteName(table)})`);
  const names = (info?.values ?? []).map(([, name]) => quoteName(String(name)));
  const keys = keysOf(database, table);
  if (before !== undefined) {
    const where = keys.map(at => `${names[at]} IS ?`).join(' AND ');
    database.run(
      `DELETE FROM ${quoteName(table)} WHERE ${where}`,
      keys.map(at => before[at]),
    );
  }
  if (after === undefined) return;
  database.run(`INSERT INTO ${quoteName(table)} VALUES (${names.map(() => '?').join(', ')})`, [...after]);
}

function describeRow(row: SqliteRow | undefined): string {
  return row === undefined ? 'no such row' : JSON.stringify(row);
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
