import { Table } from '@mantine/core';
import type { Finding, Why } from '../api/types';
import { limitText, numberText, periodText } from '../time/format';
import { useZone } from '../time/Time';
import classes from './SameSlot.module.css';

const WIDTH = 180;
const HEIGHT = 18;
const EDGE = 7;

const DAY_S = 86_400;

/** What a finding is held against. */
export function slotWords({ finding: { period_s }, slot_step }: Why) {
  if (period_s >= DAY_S) return slot_step === 'week' ? 'The same weekday of past weeks' : 'The days before';
  const slot = period_s === 3600 ? 'hour' : 'time';
  return `The same ${slot} of past ${slot_step}s`;
}

/** The finding against the same weekday and time of past weeks, or of past days, as numbers and as places on one line. */
export function SameSlot({ why: { finding, same_slot } }: { why: Why }) {
  const zone = useZone();
  if (same_slot.length === 0) return <p>The stored history does not reach back to it.</p>;
  const rows = [{ at: finding.at, value: finding.value, isNow: true }, ...same_slot.map((past) => ({ ...past, isNow: false }))];
  const place = scaleOf(finding, rows.map((row) => row.value));
  return (
    <Table className={classes.table} withRowBorders={false} verticalSpacing={2} horizontalSpacing="xs">
      <caption className="visually-hidden">This value and those before it; {limitText(finding.lower)} to {limitText(finding.upper)} are usual.</caption>
      <Table.Thead className="visually-hidden">
        <Table.Tr>
          <Table.Th scope="col">Time</Table.Th>
          <Table.Th scope="col">Value</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.at} data-now={row.isNow || undefined}>
            <Table.Th scope="row">{periodText(Date.parse(row.at) / 1000, finding.period_s, zone)}</Table.Th>
            <Table.Td className={classes.value}>{numberText(row.value)}</Table.Td>
            <Table.Td className={classes.picture} aria-hidden>
              <Place finding={finding} value={row.value} isNow={row.isNow} place={place} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

type Scale = (value: number) => number;

function scaleOf({ lower, upper }: Finding, values: (number | null)[]): Scale {
  const all = [lower, upper, ...values.filter((value) => value !== null)];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return (value) => (most > least ? EDGE + ((value - least) / (most - least)) * (WIDTH - 2 * EDGE) : WIDTH / 2);
}

/** Where a value lies; the shaded part is what was usual for the finding's time. */
function Place({ finding: { lower, upper, direction }, value, isNow, place }: { finding: Finding; value: number | null; isNow: boolean; place: Scale }) {
  const middle = HEIGHT / 2;
  const [left, right] = [place(lower), place(upper)];
  const mark = direction === 'above' ? 'M0 -6 L6 5 L-6 5 Z' : 'M0 6 L6 -5 L-6 -5 Z';
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={classes.place}>
      <rect className={classes.usual} x={left} width={Math.max(right - left, 1)} height={HEIGHT} />
      <line className={classes.line} x2={WIDTH} y1={middle} y2={middle} />
      {value !== null &&
        (isNow ? <path className={classes.now} d={mark} transform={`translate(${place(value)} ${middle})`} /> : <circle className={classes.past} cx={place(value)} cy={middle} r={4} />)}
    </svg>
  );
}
