/** The screen of a terminal as an SVG, with its characters as text and the colors of a dark terminal. */

interface CellStyle {
  foreground: string | null;
  background: string | null;
  bold: boolean;
  dim: boolean;
  reverse: boolean;
}

const plain: CellStyle = { foreground: null, background: null, bold: false, dim: false, reverse: false };
const page = { ink: '#d8d8de', ground: '#17171b' };
const cell = { width: 8.4, height: 18 };
const edge = 16;
const basic = ['#3a3a42', '#f07f73', '#7fc99b', '#e3b558', '#8ba0ff', '#c99be6', '#6cc5d0', '#d8d8de'];
const bright = ['#8e8d96', '#ff9a8f', '#9be0b4', '#f2cc7c', '#aab9ff', '#ddb9f2', '#8fdbe4', '#ffffff'];

/**
 * @param painted lines with SGR sequences, as `tmux capture-pane -e` gives them
 * @param columns the width of the terminal, in characters
 */
export function frameSvg(painted: string, { columns, title }: { columns: number; title: string }): string {
  const lines = painted.split('\n');
  const width = Math.ceil(columns * cell.width + 2 * edge);
  const height = lines.length * cell.height + 2 * edge;
  let look = plain;
  const drawn = lines.map((line, row) => {
    let column = 0;
    const pieces = line.split('\u001b[').map((piece, at) => {
      const end = at === 0 ? -1 : piece.indexOf('m');
      if (at > 0) look = applyCodes(look, piece.slice(0, end).split(';').map(Number));
      const text = piece.slice(end + 1);
      const from = column;
      column += [...text].length;
      return runSvg(text, look, { column: from, row });
    });
    return pieces.join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<style>text{font:14px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;white-space:pre}</style>`,
    `<rect width="${width}" height="${height}" rx="10" fill="${page.ground}"/>`,
    ...drawn.filter(Boolean),
    '</svg>\n',
  ].join('\n');
}

function runSvg(text: string, look: CellStyle, { column, row }: { column: number; row: number }): string {
  const [ink, ground] = look.reverse
    ? [look.background ?? page.ground, look.foreground ?? page.ink]
    : [look.foreground ?? page.ink, look.background];
  const length = [...text].length;
  const x = (edge + column * cell.width).toFixed(1);
  const y = edge + row * cell.height;
  const wide = (length * cell.width).toFixed(1);
  const box =
    ground === null || length === 0
      ? ''
      : `<rect x="${x}" y="${y}" width="${wide}" height="${cell.height}" fill="${ground}"/>`;
  if (text.trim() === '') return box;
  const more = `${look.bold ? ' font-weight="600"' : ''}${look.dim ? ' opacity="0.6"' : ''}`;
  return `${box}<text x="${x}" y="${y + 13}" textLength="${wide}" fill="${ink}"${more}>${escaped(text)}</text>`;
}

/** The style after the codes of one sequence (ECMA-48, SGR). */
function applyCodes(look: CellStyle, codes: readonly number[]): CellStyle {
  const [code = 0, ...rest] = codes;
  if (codes.length === 0) return look;
  if (code === 38 || code === 48) {
    const [colour, used] = extendedColor(rest);
    return applyCodes({ ...look, [code === 38 ? 'ink' : 'ground']: colour }, rest.slice(used));
  }
  return applyCodes(applySimpleCode(look, code), rest);
}

function applySimpleCode(look: CellStyle, code: number): CellStyle {
  if (code === 0) return plain;
  if (code === 1) return { ...look, bold: true };
  if (code === 2) return { ...look, dim: true };
  if (code === 7) return { ...look, reverse: true };
  if (code === 22) return { ...look, bold: false, dim: false };
  if (code === 27) return { ...look, reverse: false };
  if (code === 39) return { ...look, foreground: null };
  if (code === 49) return { ...look, background: null };
  if (code >= 30 && code <= 37) return { ...look, foreground: basic[code - 30] ?? null };
  if (code >= 40 && code <= 47) return { ...look, background: basic[code - 40] ?? null };
  if (code >= 90 && code <= 97) return { ...look, foreground: bright[code - 90] ?? null };
  if (code >= 100 && code <= 107) return { ...look, background: bright[code - 100] ?? null };
  return look;
}

/** One of 256 colors, or an RGB color, and how many codes it took. */
function extendedColor([kind, ...codes]: readonly number[]): [colour: string, used: number] {
  const [first = 0, green = 0, blue = 0] = codes;
  if (kind === 2) return [`rgb(${first},${green},${blue})`, 4];
  if (first < 16) return [[...basic, ...bright][first] ?? page.ink, 2];
  if (first > 231) return [`rgb(${Array(3).fill(8 + 10 * (first - 232))})`, 2];
  const steps = [0, 95, 135, 175, 215, 255];
  const place = first - 16;
  return [`rgb(${[Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6].map(at => steps[at])})`, 2];
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, sign => signs[sign] ?? sign);
