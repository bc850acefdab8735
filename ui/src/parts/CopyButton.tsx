import { Button, type ButtonProps } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { copyText } from './copy';

const SAID_FOR_MS = 3000;

interface Props extends Omit<ButtonProps, 'children' | 'leftSection'> {
  /** Asked for when the button is pressed. */
  text: () => string;
  label: string;
  icon?: ReactNode;
  /** What to do where the browser lets no page copy. */
  instead?: string;
}

/** The one button that copies. */
export function CopyButton({ text, label, icon, instead = 'Select and copy it', ...button }: Props) {
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => setOutcome((await copyText(text())) ? 'copied' : 'refused');
  return (
    <Button {...button} leftSection={icon && (outcome === 'copied' ? <IconCheck size={14} aria-hidden /> : icon)} onClick={() => void copy()}>
      <span aria-live="polite">{outcome === null ? label : outcome === 'copied' ? 'Copied' : instead}</span>
    </Button>
  );
}
