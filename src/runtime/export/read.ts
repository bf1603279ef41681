import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { ExportHeader, ExportLine, exportFormat } from '../../model/export.ts';
import { exportDamagedError, verifyLine } from './hash-chain.ts';

/**
 * Yields the lines of an export, each after its hash is verified.
 * @throws {TroupeError} EXPORT_DAMAGED naming the line that was changed, removed or moved; STORE_FORMAT
 */
export async function* readExportLines(texts: AsyncIterable<string>): AsyncIterable<ExportLine> {
  let [line, before] = [0, ''];
  let last: ExportLine | null = null;
  let rows = 0;
  for await (const text of texts) {
    line += 1;
    if (last?.type === 'end') throw exportDamagedError(line, 'is after the end');
    const { body, hash } = verifyLine(text, { line, before });
    if (line === 1) assertSupportedFormat(body);
    const parsed = ExportLine.safeParse(body);
    if (!parsed.success || (parsed.data.type === 'plan') !== (line === 1))
      throw exportDamagedError(line, 'is none that is known');
    if (parsed.data.type === 'row') rows += 1;
    if (parsed.data.type === 'end' && parsed.data.rows !== rows)
      throw exportDamagedError(line, `speaks of ${parsed.data.rows} rows`);
    last = parsed.data;
    before = hash;
    yield last;
  }
  if (last?.type !== 'end') throw exportDamagedError(line + 1, 'is missing: the export was cut off');
}

function assertSupportedFormat(body: object): void {
  const { format } = ExportHeader.pick({ format: true }).loose().safeParse(body).data ?? { format: exportFormat };
  if (format <= exportFormat) return;
  throw new TroupeError('STORE_FORMAT', `The export has format ${format}; this program reads up to ${exportFormat}`, {
    where: 'line 1',
    hints: [commandHint('', { options: { version: true } })],
  });
}
