/** How roles look. State is never shown by color alone, so that `plain` loses nothing. */
import type { TextRole } from './styled-row.ts';

export interface TextStyle {
  color?: string;
  bold?: boolean;
  dimColor?: boolean;
}

export type Theme = Readonly<Record<TextRole, TextStyle>>;

const bare = { plain: {}, strong: { bold: true } } as const;

export const themes = {
  dark: {
    ...bare,
    dim: { dimColor: true },
    good: { color: 'green' },
    bad: { color: 'red' },
    warn: { color: 'yellow' },
    accent: { color: 'cyan' },
  },
  light: {
    ...bare,
    dim: { color: 'gray' },
    good: { color: '#116611' },
    bad: { color: '#aa1111' },
    warn: { color: '#885500' },
    accent: { color: '#1144aa' },
  },
  plain: { ...bare, dim: {}, good: {}, bad: { bold: true }, warn: { bold: true }, accent: {} },
} as const satisfies Record<string, Theme>;

export type ThemeName = keyof typeof themes;

export const isThemeName = (name: string): name is ThemeName => Object.hasOwn(themes, name);
