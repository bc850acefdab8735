import { useComputedColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Chart } from '../api/types';
import { namesText } from '../parts/namesText';
import { numberText } from '../time/format';
import { Time } from '../time/Time';
import { unitSuffix } from '../time/unit';
import classes from './ChartKey.module.css';
import type { Firings } from './PlotArea';
import { PALETTES } from './plot';

const UP = 'M11 1 L17 12 L5 12 Z';
const DOWN = 'M11 13 L17 2 L5 2 Z';
const DIAMOND = 'M11 1 L17 7 L11 13 L5 7 Z';
const CIRCLE = 'M5 7 A6 6 0 1 1 17 7 A6 6 0 1 1 5 7 Z';
/** A hollow mark left the band that is drawn, which may be narrower than the one that findings are judged by. */
const MARKS = [
  { direction: 'above', tier: 'detector', shape: UP, words: 'above: a finding' },
  { direction: 'below', tier: 'detector', shape: DOWN, words: 'below: a finding' },
  { direction: 'inside', tier: 'detector', shape: CIRCLE, words: 'inside this range, yet a finding' },
  { direction: 'above', tier: 'always_on', shape: DIAMOND, words: 'above: found by the always-on watch' },
  { direction: 'below', tier: 'always_on', shape: DIAMOND, words: 'below: found by the always-on watch' },
  { direction: 'inside', tier: 'always_on', shape: DIAMOND, words: 'within its own limits: found by the always-on watch' },
  { direction: 'above', tier: null, shape: UP, words: 'above this range, but no finding' },
  { direction: 'below', tier: null, shape: DOWN, words: 'below this range, but no finding' },
] as const;

/** What the lines and marks of this chart mean; only those that it has. */
export function ChartKey({ chart, firings }: { chart: Chart; firings?: Firings }) {
  const palette = PALETTES[useComputedColorScheme('light')];
  const { band, findings, silences, excluded, calendar_days, threshold } = chart;
  const calendars = [...new Set(calendar_days.flatMap((range) => range.calendars))];
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
      {MARKS.filter(({ direction, tier }) => findings.some((f) => f.direction === direction && f.tier === tier)).map(({ direction, tier, shape, words }) => (
        <Entry key={words} sign={<path d={shape} fill={tier ? palette[direction] : palette.paper} stroke={palette[direction]} strokeWidth="1.5" />}>
          {words}
        </Entry>
      ))}
      {silences.length > 0 && (
        <Entry
          sign={
            <>
              <rect y="0" width="22" height="14" fill={palette.silenceFill} />
              <rect y="9" width="22" height="5" fill={palette.silence} />
            </>
          }
        >
          silent for longer than usual
        </Entry>
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
      {calendars.length > 0 && (
        <Entry
          sign={
            <>
              <rect y="0" width="22" height="14" fill={palette.calendar} />
              <path d="M0 0 L14 14 M8 0 L22 14" stroke={palette.axis} strokeWidth="0.7" />
            </>
          }
        >
          day of {namesText(calendars)}
        </Entry>
      )}
      {firings && (
        <Entry sign={<path d="M0 1 H22 V6 H0 Z M1 6 V9 M1 11 V14" fill={palette.firing} stroke={palette.firing} />}>
          {firings.list.length === 0 ? 'would not have fired' : 'would have been in alarm'}, tried since <Time at={firings.since} />
        </Entry>
      )}
      {threshold !== null && (
        <Entry sign={<line x1="0" y1="7" x2="22" y2="7" stroke={palette.threshold} strokeWidth="2" strokeDasharray="8 4" />}>
          threshold {numberText(threshold)}
          {unitSuffix(chart.unit, chart.stat)}
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
