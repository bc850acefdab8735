import { Button } from '@mantine/core';
import { IconMessage, IconZoomQuestion } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Chart, Finding } from '../api/types';
import { AlwaysOnBadge } from '../parts/AlwaysOnBadge';
import { SeverityBadge } from '../parts/SeverityBadge';
import { useZone } from '../time/Time';
import { unitSuffix } from '../time/unit';
import classes from './FindingRow.module.css';
import { findingTime, kindWords, notesOf, otherSubjectWords, usualWords, verdictLabel } from './words';

export function FindingRow({ finding, chart }: { finding: Finding; chart: Chart }) {
  const when = findingTime(finding, useZone());
  return (
    <li className={classes.row} data-retracted={finding.retracted || undefined}>
      <div className={classes.words}>
        <p className={classes.head}>
          <SeverityBadge severity={finding.severity} />
          <b>{kindWords(finding)}</b>
          <time dateTime={finding.at}>{when}</time>
          <span>{otherSubjectWords(finding, chart)}</span>
          {finding.tier === 'always_on' && <AlwaysOnBadge />}
        </p>
        <p className={classes.value}>{usualWords(finding, unitSuffix(chart.unit, finding.stat))}</p>
        {notesOf(finding).map((note) => (
          <p key={note} className={classes.note}>
            {note}
          </p>
        ))}
        {finding.verdict && (
          <p className={classes.note}>
            <IconMessage size={14} aria-hidden />
            <span>
              Judged <b>{verdictLabel(finding.verdict.verdict)}</b>
              {finding.verdict.comment && `: ${finding.verdict.comment}`}
            </span>
          </p>
        )}
      </div>
      <WhyLink id={finding.id} when={when} />
    </li>
  );
}

/** Stands in the URL, so that it can be sent to someone. */
export function WhyLink({ id, when }: { id: string; when: string }) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      className={classes.why}
      aria-label={`Why: ${when}`}
      leftSection={<IconZoomQuestion size={14} aria-hidden />}
      renderRoot={(props: object) => <Link {...props} to="." search={(old) => ({ ...old, why: id })} resetScroll={false} />}
    >
      Why
    </Button>
  );
}
