import { useState } from 'react';
import type { Chart, Detector } from '../api/types';
import { SideDrawer } from '../parts/SideDrawer';
import { useUnsaved } from '../parts/useUnsaved';
import { BandForm } from './BandForm';
import { StopWatching } from './StopWatching';

interface Props {
  isOpen: boolean;
  /** `isLeaving`: for another page. */
  onClose: (isLeaving: boolean) => void;
  detector: Detector;
  /** null: what it watches has none. */
  chart: Chart | null;
}

/** The choices of a detector; what is typed is not lost without a question. */
export default function BandDrawer({ isOpen, onClose, detector, chart }: Props) {
  const [isStopping, setStopping] = useState(false);
  const unsaved = useUnsaved((isLeaving) => {
    setStopping(false);
    onClose(isLeaving);
  });
  // Esc answers the question that is open first.
  const close = () => (isStopping ? setStopping(false) : unsaved.close());
  return (
    <SideDrawer opened={isOpen} onClose={close} title="Band settings">
      <BandForm detector={detector} chart={chart} onDirty={unsaved.noteDirty} onCancel={close} onStop={() => setStopping(true)} />
      {isStopping && <StopWatching detector={detector} onKeep={() => setStopping(false)} onStopped={unsaved.discard} />}
      {unsaved.question}
    </SideDrawer>
  );
}
