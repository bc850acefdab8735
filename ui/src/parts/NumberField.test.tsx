import { MantineProvider } from '@mantine/core';
import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { NumberField } from './NumberField';
import type { TypedNumber } from './number';

/** A form that takes numbers of `takes` only, as Explore does with the width in its URL. */
function Form({ first = '', takes = () => true, onValue, ...rest }: { first?: TypedNumber; takes?: (value: TypedNumber) => boolean; onValue?: (value: TypedNumber) => void; step?: number; min?: number; max?: number; digits?: number }) {
  const [value, setValue] = useState<TypedNumber>(first);
  const take = (next: TypedNumber) => {
    onValue?.(next);
    if (takes(next)) setValue(next);
  };
  return (
    <MantineProvider>
      <NumberField label="Limit" {...rest} value={value} onValue={take} />
      <button onClick={() => setValue(7)}>Seven</button>
    </MantineProvider>
  );
}

const field = () => screen.getByRole('textbox', { name: 'Limit' });

test.each([
  ['1e9', 1e9],
  ['1.5e-3', 0.0015],
  ['-0.05', -0.05],
])('%s stays as it is typed', async (typed, value) => {
  const onValue = vi.fn();
  render(<Form onValue={onValue} />);
  await userEvent.type(field(), typed);
  await userEvent.tab();
  expect(field()).toHaveValue(typed);
  expect(onValue).toHaveBeenLastCalledWith(value);
  expect(field()).not.toHaveAttribute('aria-invalid', 'true');
});

test('thousands are pasted as pages write them', async () => {
  const onValue = vi.fn();
  render(<Form onValue={onValue} />);
  await userEvent.click(field());
  await userEvent.paste('1,000,000.5');
  expect(field()).toHaveValue('1,000,000.5');
  expect(onValue).toHaveBeenLastCalledWith(1_000_000.5);
});

test('what could be read in two ways is refused at the field, once it is left, and is not changed', async () => {
  const onValue = vi.fn();
  render(<Form onValue={onValue} />);
  await userEvent.type(field(), '2,5');
  expect(screen.queryByText(/A comma parts thousands/)).toBeNull();
  await userEvent.tab();
  expect(screen.getByText('A comma parts thousands, as in 1,000. With a point it is 2.5')).toBeVisible();
  expect(field()).toHaveValue('2,5');
  expect(field()).toHaveAttribute('aria-invalid', 'true');
  expect(onValue).toHaveBeenLastCalledWith(NaN);
});

test('what is out of bounds is said, and not made to fit', async () => {
  render(<Form first={2} min={0.1} max={10} />);
  await userEvent.clear(field());
  await userEvent.type(field(), '20');
  await userEvent.tab();
  expect(field()).toHaveValue('20');
  expect(screen.getByText('From 0.1 to 10')).toBeVisible();
});

test('another value from outside takes the place of what was typed', async () => {
  render(<Form first={3} takes={(value) => value !== ''} />);
  await userEvent.clear(field());
  expect(field()).toHaveValue('');
  await userEvent.tab();
  expect(field()).toHaveValue('3');
  await userEvent.click(screen.getByRole('button', { name: 'Seven' }));
  expect(field()).toHaveValue('7');
});

test('a value from outside is shown to the digits that are worth something, and stays what it is', () => {
  const onValue = vi.fn();
  render(<Form first={2.5758293035489057} digits={2} onValue={onValue} />);
  expect(field()).toHaveValue('2.58');
  expect(onValue).not.toHaveBeenCalled();
});

test('the arrows go by steps, as far as the bounds', async () => {
  const onValue = vi.fn();
  render(<Form first={0.2} step={0.1} min={0.1} max={0.4} onValue={onValue} />);
  await userEvent.type(field(), '{ArrowUp}');
  expect(field()).toHaveValue('0.3');
  await userEvent.type(field(), '{ArrowUp}{ArrowUp}{ArrowUp}');
  expect(onValue).toHaveBeenLastCalledWith(0.4);
  await userEvent.type(field(), '{ArrowDown}{ArrowDown}{ArrowDown}{ArrowDown}');
  expect(field()).toHaveValue('0.1');
});

test('a value that comes back late does not undo what was typed since', async () => {
  const late: (() => void)[] = [];
  function Late() {
    const [value, setValue] = useState<TypedNumber>(3);
    return (
      <MantineProvider>
        <NumberField label="Limit" value={value} onValue={(next) => late.push(() => setValue(next))} />
      </MantineProvider>
    );
  }
  render(<Late />);
  await userEvent.clear(field());
  await userEvent.type(field(), '25');
  act(() => late[1]!()); // 2
  expect(field()).toHaveValue('25');
  act(() => late[2]!());
  expect(field()).toHaveValue('25');
});
