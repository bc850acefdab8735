import { Table } from '@mantine/core';
import type { Receipt, Why } from '../api/types';
import { limitText, numberText } from '../time/format';
import { Time } from '../time/Time';
import classes from './ReceiptFold.module.css';

/** What the verdict of the model rests on; beside it the same computed again, where the two differ. */
export function ReceiptFold({ why: { finding, receipt, recomputed, reproduced } }: { why: Why }) {
  const both = recomputed !== null && !reproduced;
  return (
    <details className={classes.fold}>
      <summary>The receipt</summary>
      <Table className={classes.table} layout="fixed">
        <Table.Thead className={both ? undefined : 'visually-hidden'}>
          <Table.Tr>
            <Table.Th scope="col">What</Table.Th>
            <Table.Th scope="col">Then</Table.Th>
            {both && <Table.Th scope="col">Computed again</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {FACTS.map(([name, fact]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td>{fact(receipt)}</Table.Td>
              {both && <Table.Td>{fact(recomputed)}</Table.Td>}
            </Table.Tr>
          ))}
          <Table.Tr>
            <Table.Th scope="row">Finding</Table.Th>
            <Table.Td colSpan={both ? 2 : 1}>
              <code>{finding.id}</code>
            </Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
    </details>
  );
}

const widths = (values: number[]) => values.map(limitText).join(', ');

const FACTS: [string, (receipt: Receipt) => React.ReactNode][] = [
  ['Model', ({ model, model_version, revision }) => `${model} version ${model_version}, revision ${revision} of its choices`],
  ['Learned', ({ learned, trained_from }) => <>{numberText(learned)} periods since <Time at={trained_from} /></>],
  ['Value', ({ value }) => numberText(value)],
  ['Expected', ({ band }) => numberText(band.expected)],
  ['Half-width below at k = 1, 2, 3', ({ band }) => widths(band.below)],
  ['Half-width above at k = 1, 2, 3', ({ band }) => widths(band.above)],
  ['Score', ({ score }) => numberText(score)],
  ['Choices', ({ choices, inherited = [] }) => `width ${numberText(choices.width)}, ${choices.adaptation} adaptation, ${choices.filtering} filtering, ${countWords(choices.excluded.length, 'excluded range')}, ${countWords(choices.calendars.length, 'calendar')}${inherited.length > 0 ? ` and inherited ${inherited.map(({ name }) => name).join(', ')}` : ''}`],
  ['Verdicts that bear on it', ({ marks }) => numberText(marks.length)],
];

const countWords = (count: number, what: string) => (count === 1 ? `1 ${what}` : `${count} ${what}s`);
