import { createTheme, localStorageColorSchemeManager, type CSSVariablesResolver } from '@mantine/core';

const SYSTEM_SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const SYSTEM_MONO = 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

export const theme = createTheme({
  fontFamily: SYSTEM_SANS,
  fontFamilyMonospace: SYSTEM_MONO,
  headings: { fontFamily: SYSTEM_SANS, fontWeight: '650' },
  primaryColor: 'tide',
  primaryShade: 8,
  colors: {
    tide: ['#e3f6fb', '#cfe9f1', '#a3d3e2', '#74bdd3', '#4daac7', '#349ebf', '#2598bc', '#1485a7', '#0b6a86', '#0b5f78'],
  },
  defaultRadius: 'sm',
  focusRing: 'auto',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    // The library's own grey has 3.3:1 on paper.
    Slider: { styles: { markLabel: { color: 'var(--tm-dim-text)' } } },
    // Else a second banner beside the page's own: axe takes a header for one wherever it is not within a <section>.
    Drawer: { defaultProps: { attributes: { header: { role: 'presentation' } } } },
    Modal: { defaultProps: { attributes: { header: { role: 'presentation' } } } },
  },
});

/** public/theme.js reads the same key before the first paint. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'tidemark-theme' });

/** The library's own greys and reds stay below 4.5:1 on paper; these do not. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--tm-dim-text)',
    '--mantine-color-placeholder': '#64707a',
    '--mantine-color-error': '#b02525',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--tm-dim-text)',
    '--mantine-color-placeholder': '#a2aab2',
    '--mantine-color-error': '#ff9d9d',
  },
});
