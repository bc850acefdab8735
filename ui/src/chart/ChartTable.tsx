import { Button, Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Chart } from '../api/types';
import { namesText } from '../parts/namesText';
import { numberText, periodText, zoneLabel } from '../time/format';
import { useZone } from '../time/Time';
import classes from './ChartTable.module.css';
import { hasBand, judgementOf, markOf, whyOf, type Row } from './model';

const ROWS_AT_ONCE = 100;

const JUDGEMENT_WORDS = { above: 'above', below: 'below', usual: 'usual', 'no band': 'not learned yet', 'no data': 'no data', silent: '◌ silent' };
/** The marks of the chart, and in words what they say. */
const SIGNS = {
  detector: { above: '▲', below: '▼', inside: '●' },
  always_on: { above: '◆', below: '◆', inside: '◆' },
  outside: { above: '△', below: '▽', inside: '' },
};
const MARK_WORDS = { detector: 'a finding', always_on: 'found by the always-on watch', outside: 'but no finding' };

/** The same as the picture, for eyes and ears that want numbers. Newest first. A phone has all of its columns but the expected value, which the usual range surrounds. */
export function ChartTable({ chart, rows }: { chart: Chart; rows: Row[] }) {
  const zone = useZone();
  const [shown, setShown] = useState(ROWS_AT_ONCE);
  const newestFirst = rows.toReversed();
  return (
    <>
      {/* It scrolls, so the keyboard must be able to stop at it. */}
      <div className={classes.scroll} tabIndex={0} role="region" aria-label={`Table of ${chart.metric.title}`}>
        <Table stickyHeader striped className={classes.table}>
          <caption className="visually-hidden">
            {chart.metric.title}, {chart.stat}
          </caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Time ({zoneLabel(zone)})</Table.Th>
              <Table.Th scope="col">{chart.stat}</Table.Th>
              <Table.Th scope="col">Judged</Table.Th>
              <Table.Th scope="col">Usual</Table.Th>
              <Table.Th scope="col" className={classes.expected}>
                Expected
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {newestFirst.slice(0, shown).map((row) => (
              <Table.Tr key={row.at} data-finding={whyOf(row) !== null || undefined}>
                <Table.Th scope="row">{periodText(row.at, chart.period_s, zone)}</Table.Th>
                <Table.Td>{numberText(row.value)}</Table.Td>
                <Table.Td title={row.finding?.reason}>
                  <Judgement row={row} />
                  {row.day && <span className={classes.day}> · {namesText(row.day.calendars)}</span>}
                </Table.Td>
                <Table.Td>{hasBand(row) ? `${numberText(row.lower)} to ${numberText(row.upper)}` : ''}</Table.Td>
                <Table.Td className={classes.expected}>{row.expected === null ? '' : numberText(row.expected)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {shown < newestFirst.length && (
        <Button size="xs" variant="default" mt="xs" onClick={() => setShown(shown + ROWS_AT_ONCE)}>
          Show {Math.min(ROWS_AT_ONCE, newestFirst.length - shown)} older of {newestFirst.length} rows
        </Button>
      )}
    </>
  );
}

function judgementWords(row: Row): string {
  const words = JUDGEMENT_WORDS[judgementOf(row)];
  const mark = markOf(row);
  if (!mark || !row.finding) return words;
  const { direction } = row.finding;
  return `${SIGNS[mark][direction]} ${words}, ${direction === 'inside' ? 'yet ' : ''}${MARK_WORDS[mark]}`;
}

/** Of a finding that is kept, it leads to its Why. */
function Judgement({ row }: { row: Row }) {
  const judgement = judgementWords(row);
  const words = row.silence && row.value !== null ? `${judgement}, ${JUDGEMENT_WORDS.silent} in part` : judgement;
  const why = whyOf(row);
  if (!why) return words;
  return (
    <Link to="." search={(old) => ({ ...old, why })} resetScroll={false}>
      {words}
    </Link>
  );
}
