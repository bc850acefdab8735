import { IconCircleCheck, IconEqualNot } from '@tabler/icons-react';
import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Change, Finding, Moved, Why } from '../api/types';
import { SettingsLink } from '../detector/SettingsLink';
import { widthWords } from '../detector/words';
import { insideWords, isInside, notesOf, subjectWords } from '../findings/words';
import { AlwaysOnBadge } from '../parts/AlwaysOnBadge';
import { Breakable } from '../parts/Breakable';
import { SeverityBadge } from '../parts/SeverityBadge';
import { panelsText, parsePanels, PANELS_MAX, type Panel } from '../search';
import { numberText, zoneLabel } from '../time/format';
import { toInstantText } from '../time/range';
import { Time, useZone } from '../time/Time';
import { Words } from '../time/Words';
import { WordsZone } from '../time/WordsZone';
import { ReceiptFold } from './ReceiptFold';
import { SameSlot, slotWords } from './SameSlot';
import { VerdictForm } from './VerdictForm';
import classes from './WhyPanel.module.css';

interface Props {
  why: Why;
  /** What is typed to go along with a verdict. */
  comment: string;
  onComment: (comment: string) => void;
}

/** Why a period is a finding: the sentence first, then what it rests on, then what a person makes of it. */
export function WhyPanel({ why, comment, onComment }: Props) {
  const { finding } = why;
  const zone = useZone();
  const timezone = why.timezone || 'UTC';
  return (
    <div className={classes.panel}>
      <div>
        <p className={classes.sentence}>
          <Words text={why.sentence} timezone={timezone} />
        </p>
        <WordsZone of={[why.sentence, why.aftermath?.sentence ?? null, why.rarity, why.sureness]} timezone={timezone} />
      </div>
      {isInside(finding) && <p>{insideWords(finding)}</p>}
      <div className={classes.marks}>
        <SeverityBadge severity={finding.severity} />
        {finding.tier === 'always_on' && (
          <>
            <AlwaysOnBadge />
            <span>{subjectWords(finding)}</span>
          </>
        )}
        {notesOf(finding).map((note) => (
          <span key={note}>{note}</span>
        ))}
        <ChartLink finding={finding} />
      </div>
      {why.aftermath?.sentence && (
        <Part title="Since then">
          <p>
            <Words text={why.aftermath.sentence} timezone={timezone} />
          </p>
        </Part>
      )}
      <Part title={`${slotWords(why)} (${zoneLabel(zone)})`}>
        <SameSlot why={why} />
      </Part>
      <Part title="How rare">
        <p>
          <Words text={why.rarity} timezone={timezone} />
        </p>
      </Part>
      <Part title="What else moved">
        <AlsoMoved finding={finding} moved={why.also_moved} />
      </Part>
      <Part title="What was changed in the day before">
        <Changes changes={why.changes} />
      </Part>
      <Part title="How sure">
        <p>
          <Words text={why.sureness} timezone={timezone} /> At the width of these limits, k = {numberText(finding.width)}: {lowerFirst(widthWords(finding.width))}
        </p>
        <p className={classes.receipt} data-same={why.reproduced}>
          {why.reproduced ? <IconCircleCheck size={18} aria-hidden /> : <IconEqualNot size={18} aria-hidden />}
          <span>{why.reproduced ? 'Computed again from the stored history: the same.' : `Computed again, it is not the same: ${why.difference}.`}</span>
        </p>
        <ReceiptFold why={why} />
      </Part>
      <Part title="What do you make of it?">
        <VerdictForm finding={finding} comment={comment} onComment={onComment} />
      </Part>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className={classes.title}>{title}</h3>
      {children}
    </section>
  );
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

const AROUND_PERIODS = 45;

/** The chart that it stands in, wherever the Why was opened; metric math has none, but settings. */
function ChartLink({ finding }: { finding: Finding }) {
  if (finding.metric_id === null) return finding.detector_id && <SettingsLink id={finding.detector_id} />;
  const at = Date.parse(finding.at) / 1000;
  const around = AROUND_PERIODS * finding.period_s;
  const panel: Panel = { metric: finding.metric_id, stat: finding.stat, period: finding.period_s };
  return (
    <Link to="/explore" search={{ m: panelsText([panel]), from: toInstantText(at - around), to: toInstantText(at + around) }}>
      Show it in its chart
    </Link>
  );
}

function AlsoMoved({ finding, moved }: { finding: Finding; moved: Moved[] }) {
  const search = useSearch({ strict: false });
  if (moved.length === 0) return <p>No other watched metric had a finding around then.</p>;
  const shown = parsePanels(search.m);
  const before = shown.length > 0 || finding.metric_id === null ? shown : [{ metric: finding.metric_id, stat: finding.stat, period: finding.period_s }];
  const withMetric = (metric: string) => panelsText(before.some((p) => p.metric === metric) ? before : [...before.slice(0, PANELS_MAX - 1), { metric }]);
  return (
    <ul className={classes.list}>
      {moved.map((other) => (
        <li key={other.finding_id}>
          {other.metric_id === null ? (
            <Breakable text={other.metric_title} />
          ) : (
            <Link to="/explore" search={{ m: withMetric(other.metric_id), from: search.from, to: search.to }} title="Add its chart">
              <Breakable text={other.metric_title} />
            </Link>
          )}
          <span className={classes.dim}>
            <Time at={other.at} />, unusual by {other.score.toFixed(2)} of 1
          </span>
        </li>
      ))}
    </ul>
  );
}

/** An ARN is long, and only its end tells things apart. */
const objectWords = ({ object }: Change) => object.replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/, '');

function Changes({ changes }: { changes: Change[] }) {
  if (changes.length === 0) return <p>Nothing that this server knows of.</p>;
  return (
    <ol className={classes.list}>
      {changes.map((change, index) => (
        <li key={index}>
          <span>
            {change.what} {objectWords(change)}
            {change.detail && `: ${change.detail}`}
          </span>
          <span className={classes.dim}>
            <Time at={change.at} />, by {change.who}
          </span>
        </li>
      ))}
    </ol>
  );
}
