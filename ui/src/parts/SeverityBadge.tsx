import { IconAlertOctagonFilled, IconAlertTriangleFilled, IconInfoCircle } from '@tabler/icons-react';
import type { Severity } from '../api/types';
import classes from './SeverityBadge.module.css';

const WORDS: Record<Severity, string> = { low: 'Low', medium: 'Medium', high: 'High' };
const ICONS = { low: IconInfoCircle, medium: IconAlertTriangleFilled, high: IconAlertOctagonFilled };

/** Always an icon and a word; its colour only helps. */
export function SeverityBadge({ severity }: { severity: Severity }) {
  const Icon = ICONS[severity];
  return (
    <span className={classes.badge} data-severity={severity}>
      <Icon size={15} aria-hidden />
      {WORDS[severity]}
      <span className="visually-hidden"> severity</span>
    </span>
  );
}
