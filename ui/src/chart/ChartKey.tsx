import { useComputedColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Chart } from '../api/types';
import { numberText } from '../time/format';
import classes from './ChartKey.module.css';
import { PALETTES } from './plot';

/** What the lines and marks of this chart mean; only those that it has. */
export function ChartKey({ chart }: { chart: Chart }) {
  const palette = PALETTES[useComputedColorScheme('light')];
  const { band, findings, excluded, threshold } = chart;
  return (
    <ul className={classes.key} aria-label="Key">
      <Entry sign={<line x1="0" y1="7" x2="22" y2="7" stroke={palette.value} strokeWidth="2" />}>
        {chart.stat} {chart.unit !== 'None' && `(${chart.unit})`}
      </Entry>
      {band.length > 0 && (
        <>
          <Entry sign={<rect y="1" width="22" height="12" fill={palette.band} />}>usual range, k = {numberText(chart.k)}</Entry>
          <Entry sign={<line x1="0" y1="7" x2="22" y2="7" stroke={palette.expected} strokeDasharray="5 4" />}>expected</Entry>
        </>
      )}
      {findings.some((f) => f.direction === 'above') && (
        <Entry sign={<path d="M11 1 L17 12 L5 12 Z" fill={palette.above} />}>above</Entry>
      )}
      {findings.some((f) => f.direction === 'below') && (
        <Entry sign={<path d="M11 13 L17 2 L5 2 Z" fill={palette.below} />}>below</Entry>
      )}
      {excluded.length > 0 && (
        <Entry
          sign={
            <>
              <rect y="0" width="22" height="14" fill={palette.excluded} />
              <path d="M0 14 L14 0 M8 14 L22 0" stroke={palette.axis} strokeWidth="0.7" />
            </>
          }
        >
          not learned from
        </Entry>
      )}
      {threshold !== null && (
        <Entry sign={<line x1="0" y1="7" x2="22" y2="7" stroke={palette.threshold} strokeWidth="2" strokeDasharray="8 4" />}>
          threshold {numberText(threshold)}
        </Entry>
      )}
    </ul>
  );
}

function Entry({ sign, children }: { sign: ReactNode; children: ReactNode }) {
  return (
    <li className={classes.entry}>
      <svg width="22" height="14" aria-hidden>
        {sign}
      </svg>
      <span>{children}</span>
    </li>
  );
}
