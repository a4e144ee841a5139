/**
 * Colours of both themes, once: for the style sheet (as custom properties), for Naive UI and for the charts.
 * Text on its background reaches a contrast of 4.5 to 1 (WCAG 2.1 AA) everywhere; test/unit/renderer/base/theme.test.ts
 * measures it.
 */
import type { GlobalThemeOverrides } from 'naive-ui';

export interface Palette {
  /** Behind everything. */
  background: string;
  /** Cards, lists, tables. */
  panel: string;
  /** Menus, hovered rows, code. */
  raised: string;
  border: string;
  /** Outline of something that can be typed into or pressed. */
  control: string;
  text: string;
  /** Second in rank: labels, help. */
  muted: string;
  /** Third: units, captions. */
  faint: string;
  accent: string;
  /** Filled buttons, with white text. */
  accentStrong: string;
  accentHover: string;
  /** Selected rows. */
  accentSoft: string;
  error: string;
  errorSoft: string;
  warning: string;
  warningSoft: string;
  success: string;
  successSoft: string;
  info: string;
}

export const DARK: Palette = {
  background: '#0e1116',
  panel: '#151920',
  raised: '#1c212b',
  border: '#262d39',
  control: '#3b4454',
  text: '#e6eaf1',
  muted: '#a7b0bf',
  faint: '#8792a3',
  accent: '#8fa8ff',
  accentStrong: '#4263eb',
  accentHover: '#4b68e8',
  accentSoft: '#1f2a4a',
  error: '#ff8f8f',
  errorSoft: '#3a1c22',
  warning: '#f2b95f',
  warningSoft: '#35290f',
  success: '#63d2a1',
  successSoft: '#12301f',
  info: '#7cc4f5',
};

export const LIGHT: Palette = {
  background: '#f5f6f8',
  panel: '#ffffff',
  raised: '#eff1f4',
  border: '#dfe3e8',
  control: '#bcc4cf',
  text: '#181c23',
  muted: '#4a5361',
  faint: '#616b7a',
  accent: '#3551d1',
  accentStrong: '#3b5bdb',
  accentHover: '#304fc9',
  accentSoft: '#e6ebfd',
  error: '#b3261e',
  errorSoft: '#fdecec',
  warning: '#875300',
  warningSoft: '#fdf3de',
  success: '#19703f',
  successSoft: '#e3f5ea',
  info: '#0f6399',
};

export const FONT =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Ubuntu, Cantarell, 'Helvetica Neue', Arial, sans-serif";
export const FONT_MONO =
  "ui-monospace, SFMono-Regular, 'Cascadia Mono', Consolas, 'Liberation Mono', 'DejaVu Sans Mono', Menlo, monospace";

export const paletteOf = (dark: boolean): Palette => (dark ? DARK : LIGHT);

/** Writes the palette where the style sheet reads it: `accentSoft` → `--accent-soft`. */
export function applyPalette(dark: boolean, root: HTMLElement = document.documentElement): void {
  for (const [name, colour] of Object.entries(paletteOf(dark))) {
    root.style.setProperty(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, colour);
  }
  root.style.colorScheme = dark ? 'dark' : 'light';
  root.dataset.theme = dark ? 'dark' : 'light';
}

export function themeOverrides(dark: boolean): GlobalThemeOverrides {
  const p = paletteOf(dark);
  const filled = {
    color: p.accentStrong,
    colorHover: p.accentHover,
    colorPressed: p.accentStrong,
    colorFocus: p.accentHover,
    colorDisabled: p.accentStrong,
  };
  return {
    common: {
      fontFamily: FONT,
      fontFamilyMono: FONT_MONO,
      fontSize: '14px',
      fontSizeSmall: '13px',
      fontSizeMedium: '14px',
      borderRadius: '6px',
      borderRadiusSmall: '4px',
      primaryColor: p.accent,
      primaryColorHover: p.accent,
      primaryColorPressed: p.accent,
      primaryColorSuppl: p.accent,
      infoColor: p.info,
      infoColorHover: p.info,
      infoColorPressed: p.info,
      infoColorSuppl: p.info,
      successColor: p.success,
      successColorHover: p.success,
      successColorPressed: p.success,
      successColorSuppl: p.success,
      warningColor: p.warning,
      warningColorHover: p.warning,
      warningColorPressed: p.warning,
      warningColorSuppl: p.warning,
      errorColor: p.error,
      errorColorHover: p.error,
      errorColorPressed: p.error,
      errorColorSuppl: p.error,
      bodyColor: p.background,
      cardColor: p.panel,
      modalColor: p.panel,
      popoverColor: p.raised,
      tableColor: p.panel,
      inputColor: p.background,
      borderColor: p.border,
      dividerColor: p.border,
      textColorBase: p.text,
      textColor1: p.text,
      textColor2: p.text,
      textColor3: p.muted,
      placeholderColor: p.faint,
      hoverColor: p.raised,
    },
    Button: {
      textColorPrimary: '#ffffff',
      textColorHoverPrimary: '#ffffff',
      textColorPressedPrimary: '#ffffff',
      textColorFocusPrimary: '#ffffff',
      textColorDisabledPrimary: '#ffffff',
      colorPrimary: filled.color,
      colorHoverPrimary: filled.colorHover,
      colorPressedPrimary: filled.colorPressed,
      colorFocusPrimary: filled.colorFocus,
      colorDisabledPrimary: filled.colorDisabled,
      borderPrimary: `1px solid ${filled.color}`,
      borderHoverPrimary: `1px solid ${filled.colorHover}`,
      borderPressedPrimary: `1px solid ${filled.colorPressed}`,
      borderFocusPrimary: `1px solid ${filled.colorFocus}`,
      borderDisabledPrimary: `1px solid ${filled.colorDisabled}`,
      border: `1px solid ${p.control}`,
      fontWeight: '500',
    },
    Input: { border: `1px solid ${p.control}`, color: p.background, colorFocus: p.background },
    InternalSelection: { border: `1px solid ${p.control}`, color: p.background, colorActive: p.background },
    Switch: { railColor: p.control, railColorActive: p.accentStrong },
    Checkbox: {
      border: `1px solid ${p.control}`,
      colorChecked: p.accentStrong,
      borderChecked: `1px solid ${p.accentStrong}`,
      checkMarkColor: '#ffffff',
    },
    Slider: {
      railColor: p.control,
      railColorHover: p.control,
      fillColor: p.accentStrong,
      fillColorHover: p.accentStrong,
    },
    Progress: { railColor: p.raised, fillColor: p.accent },
    DataTable: {
      thColor: p.panel,
      thColorHover: p.raised,
      thColorModal: p.panel,
      tdColor: p.panel,
      tdColorHover: p.raised,
      tdColorModal: p.panel,
      thTextColor: p.muted,
      tdTextColor: p.text,
      thFontWeight: '500',
      borderColor: p.border,
    },
    Tooltip: dark ? { color: '#2b3342', textColor: p.text } : { color: '#262c36', textColor: '#f2f4f8' },
    Tabs: {
      tabTextColorLine: p.muted,
      tabTextColorSegment: p.muted,
      tabTextColorActiveSegment: p.text,
      colorSegment: p.raised,
      tabColorSegment: p.panel,
    },
    Dialog: { color: p.panel },
    Card: { color: p.panel, borderColor: p.border, titleFontSizeMedium: '16px' },
  };
}
