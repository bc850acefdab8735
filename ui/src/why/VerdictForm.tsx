import { Button, Group, Kbd, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ApiError, deleteJson, findingPath, postJson } from '../api/client';
import { refreshJudged, whyQuery } from '../api/queries';
import type { Finding, KeptVerdict, VerdictWord } from '../api/types';
import { effectOf, verdictLabel, VERDICTS } from '../findings/words';
import { useSingleKeys } from '../frame/shortcuts';
import { ErrorNote } from '../parts/ErrorNote';
import { Time } from '../time/Time';
import classes from './VerdictForm.module.css';

const UNDO_MS = 10_000;
/** The server's limit. */
const COMMENT_MAX_BYTES = 2000;

interface Props {
  finding: Finding;
  comment: string;
  onComment: (comment: string) => void;
}

type Wanted = Pick<KeptVerdict, 'verdict' | 'comment'> | null;

/** What stands of a verdict; null takes it back. */
function useVerdict(finding: Finding, onDone: (before: KeptVerdict | null) => void) {
  const client = useQueryClient();
  const path = `${findingPath(finding.id)}/verdict`;
  return useMutation({
    mutationFn: (wanted: Wanted) => (wanted ? postJson<Finding>(path, wanted) : deleteJson<Finding>(path)),
    onSuccess: (changed) => {
      onDone(finding.verdict);
      client.setQueryData(whyQuery(finding.id).queryKey, (why) => why && { ...why, finding: changed });
      return refreshJudged(client);
    },
  });
}

/** One key or one press each; it is sent at once, and undone as easily. */
export function VerdictForm({ finding, comment, onComment }: Props) {
  const [undo, setUndo] = useState<{ before: KeptVerdict | null } | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const status = useRef<HTMLDivElement>(null);
  const change = useVerdict(finding, (before) => setUndo({ before }));
  const takeBack = useVerdict(finding, () => setUndo(null));
  const isBusy = change.isPending || takeBack.isPending;
  const isTooLong = new TextEncoder().encode(comment).length > COMMENT_MAX_BYTES;

  useEffect(() => {
    if (!undo) return;
    const timer = setTimeout(() => setUndo(null), UNDO_MS);
    return () => clearTimeout(timer);
  }, [undo]);

  const judge = (verdict: VerdictWord) => {
    const stands = finding.verdict;
    if (isBusy || isTooLong || (stands?.verdict === verdict && stands.comment === comment)) return;
    takeBack.reset();
    change.mutate({ verdict, comment });
    // A key may be pressed while the end of the panel is out of sight.
    status.current?.scrollIntoView?.({ block: 'center' });
  };
  const areKeysOn = useSingleKeys((key) => {
    const choice = VERDICTS.find((v) => v.key === key);
    if (choice) judge(choice.verdict);
  });
  const failed = change.isError ? change : takeBack.isError ? takeBack : null;
  // The server's refusals begin with the name of what they are about.
  const refusedComment = change.error instanceof ApiError && (change.error.field === 'comment' || change.error.message.startsWith('comment ')) ? change.error.message : null;
  useEffect(() => {
    if (refusedComment) field.current?.focus();
  }, [refusedComment]);

  return (
    <div className={classes.form}>
      <Textarea
        ref={field}
        label="Comment"
        description="Kept with the verdict"
        autosize
        minRows={1}
        maxRows={6}
        value={comment}
        error={isTooLong ? `Too long: at most ${COMMENT_MAX_BYTES.toLocaleString('en')} bytes, about as many letters` : refusedComment}
        onChange={(event) => {
          if (refusedComment) change.reset();
          onComment(event.currentTarget.value);
        }}
      />
      <div className={classes.choices} role="group" aria-label="Verdict">
        {VERDICTS.map((choice) => ({ ...choice, effect: effectOf(finding, choice) })).map(({ verdict, key, label, effect }) => (
          <button
            key={verdict}
            type="button"
            className={classes.choice}
            aria-pressed={finding.verdict?.verdict === verdict}
            aria-keyshortcuts={areKeysOn ? key : undefined}
            // Not `disabled`: the one that was pressed must keep the keyboard.
            aria-disabled={isBusy || isTooLong}
            onClick={() => judge(verdict)}
          >
            <span className={classes.label}>
              {label}
              {areKeysOn && <Kbd aria-hidden>{key}</Kbd>}
            </span>
            <span className={classes.effect}>{effect}</span>
          </button>
        ))}
      </div>
      <div ref={status} role="status" className={classes.status}>
        {isBusy ? (
          <Text size="sm">{finding.tier === 'always_on' ? 'It is being kept…' : 'The models learn anew from the stored history…'}</Text>
        ) : finding.verdict ? (
          <Stands verdict={finding.verdict} isChanged={comment !== finding.verdict.comment} />
        ) : (
          <Text size="sm">No one has judged it yet.{finding.tier === 'always_on' && ' A verdict is kept and shown; the always-on watch learns nothing from it.'}</Text>
        )}
      </div>
      {!isBusy && (
        <Group gap="xs">
          {undo && (
            <Button size="xs" onClick={() => takeBack.mutate(undo.before && { verdict: undo.before.verdict, comment: undo.before.comment })}>
              Undo
            </Button>
          )}
          {finding.verdict && !undo && (
            <Button size="xs" variant="default" onClick={() => takeBack.mutate(null)}>
              Take it back
            </Button>
          )}
        </Group>
      )}
      {failed && !refusedComment && <ErrorNote title="The verdict was not kept" error={failed.error} />}
    </div>
  );
}

function Stands({ verdict, isChanged }: { verdict: KeptVerdict; isChanged: boolean }) {
  return (
    <Text size="sm">
      Judged <b>{verdictLabel(verdict.verdict)}</b>, <Time at={verdict.at} />.{isChanged && ' Press it again to keep the new comment.'}
    </Text>
  );
}
