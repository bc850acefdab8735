import { IconCopy } from '@tabler/icons-react';
import classes from './CommandBox.module.css';
import { CopyButton } from './CopyButton';

/** A command to take along. */
export function CommandBox({ text, label }: { text: string; label: string }) {
  return (
    <div className={classes.box}>
      <pre className={classes.text} tabIndex={0} role="group" aria-label={label}>
        {text}
      </pre>
      <CopyButton text={() => text} label="Copy" icon={<IconCopy size={14} aria-hidden />} size="compact-sm" variant="default" />
    </div>
  );
}
