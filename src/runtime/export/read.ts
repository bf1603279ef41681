import { ExportHead, ExportLine, exportFormat } from '../../model/export.ts';
import { Fault } from '../../model/fault.ts';
import { damaged, unlink } from './chain.ts';

/**
 * The lines of an export, each known to be the one that was written there before it is handed out.
 * @throws {Fault} EXPORT_DAMAGED naming the line that was changed, dropped or moved; STORE_FORMAT
 */
export async function* readLines(texts: AsyncIterable<string>): AsyncIterable<ExportLine> {
  let [line, before] = [0, ''];
  let last: ExportLine | null = null;
  let rows = 0;
  for await (const text of texts) {
    line += 1;
    if (last?.type === 'end') throw damaged(line, 'stands after the end');
    const { body, hash } = unlink(text, { line, before });
    if (line === 1) assertReadable(body);
    const parsed = ExportLine.safeParse(body);
    if (!parsed.success || (parsed.data.type === 'plan') !== (line === 1)) throw damaged(line, 'is none that is known');
    if (parsed.data.type === 'row') rows += 1;
    if (parsed.data.type === 'end' && parsed.data.rows !== rows)
      throw damaged(line, `speaks of ${parsed.data.rows} rows`);
    last = parsed.data;
    before = hash;
    yield last;
  }
  if (last?.type !== 'end') throw damaged(line + 1, 'is missing: the export was cut off');
}

function assertReadable(body: object): void {
  const { format } = ExportHead.pick({ format: true }).loose().safeParse(body).data ?? { format: exportFormat };
  if (format <= exportFormat) return;
  throw new Fault('STORE_FORMAT', `The export has format ${format}; this program reads up to ${exportFormat}`, {
    where: 'line 1',
    hints: ['troupe --version'],
  });
}
