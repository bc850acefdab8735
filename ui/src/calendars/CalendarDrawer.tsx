import { useEffect, useState } from 'react';
import type { SharedCalendar } from '../api/types';
import { Empty } from '../parts/Empty';
import { SideDrawer } from '../parts/SideDrawer';
import { useUnsaved } from '../parts/useUnsaved';
import { CalendarForm } from './CalendarForm';
import { DeleteCalendar } from './DeleteCalendar';

interface Props {
  /** What the URL asks for; a name of null is a new one. null: closed. */
  asked: { name: string | null } | null;
  /** undefined: not read yet. */
  calendars: SharedCalendar[] | undefined;
  onClose: () => void;
  /** What became of it, in words for the page below. */
  onSaid: (words: string) => void;
}

interface Subject {
  /** How often the drawer has opened: what was typed the time before is gone. */
  opening: number;
  name: string | null;
  /** As it was then: another person's change or deletion must not take away what is typed. */
  start: SharedCalendar | null;
}

/** A calendar that is made or changed; what is typed is not lost without a question. */
export function CalendarDrawer({ asked, calendars, onClose, onSaid }: Props) {
  const [isDeleting, setDeleting] = useState(false);
  // Whoever leaves for another page leaves this URL behind.
  const unsaved = useUnsaved((isLeaving) => {
    setDeleting(false);
    if (!isLeaving) onClose();
  });
  const [subject, setSubject] = useState<Subject | null>(null);
  const isReady = asked !== null && calendars !== undefined;
  // A drawer that is born open would neither slide nor take the keyboard.
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    if (isReady) setSubject((old) => ({ opening: (old?.opening ?? 0) + 1, name: asked.name, start: calendars.find(({ name }) => name === asked.name) ?? null }));
    setOpened(isReady);
    // Not when the list is read again.
  }, [isReady, asked?.name]);

  const finish = (words: string) => {
    onSaid(words);
    unsaved.discard();
  };
  const live = calendars?.find(({ name }) => name === subject?.name) ?? null;
  // Esc answers the question that is open first.
  const close = () => (isDeleting ? setDeleting(false) : unsaved.close());
  return (
    <SideDrawer opened={opened} onClose={close} title={subject?.name === null ? 'New calendar' : 'Calendar'}>
      {subject && isEditable(subject) && (
        <CalendarForm key={subject.opening} start={subject.start} live={live} isOpen={asked !== null} onDirty={unsaved.noteDirty} onCancel={close} onDelete={() => setDeleting(true)} onSaved={finish} />
      )}
      {subject && !isEditable(subject) && <NotEditable name={subject.name} isThere={subject.start !== null} />}
      {isDeleting && live && <DeleteCalendar calendar={live} onKeep={() => setDeleting(false)} onDeleted={finish} />}
      {unsaved.question}
    </SideDrawer>
  );
}

const isEditable = ({ name, start }: Subject) => name === null || start?.source === 'api';

function NotEditable({ name, isThere }: { name: string | null; isThere: boolean }) {
  return isThere ? (
    <Empty title={`“${name}” stands in the configuration file`} why="It is changed there, under “calendars”, and taken over by a reload or a restart of the server. All of it is in the list behind this." />
  ) : (
    <Empty title={`There is no calendar “${name}”`} why="Somebody deleted it, or it was taken out of the configuration file. Detectors that had it give it up one after the other." />
  );
}
