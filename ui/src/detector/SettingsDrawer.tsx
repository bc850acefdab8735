import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { detectorQuery } from '../api/queries';
import { ErrorNote } from '../parts/ErrorNote';
import { SideDrawer } from '../parts/SideDrawer';
import BandDrawer from './BandDrawer';

/** The choices of a detector that the URL names, such as one on metric math, which has no chart. `id` undefined: closed. */
export default function SettingsDrawer({ id }: { id: string | undefined }) {
  const navigate = useNavigate();
  const close = () => void navigate({ to: '.', search: (old) => ({ ...old, settings: undefined }), replace: true, resetScroll: false });
  // What it shows while it slides away.
  const [shown, setShown] = useState(id);
  if (id !== undefined && id !== shown) setShown(id);

  const options = detectorQuery(shown ?? '');
  const query = useQuery({ ...options, enabled: id !== undefined });
  // A drawer that is born open would neither slide nor take the keyboard.
  const [opened, setOpened] = useState(false);
  const isReady = id !== undefined && !query.isPending;
  useEffect(() => setOpened(isReady), [isReady]);
  // Whoever leaves for another page leaves this URL behind.
  if (query.data) return <BandDrawer isOpen={opened} onClose={(isLeaving) => !isLeaving && close()} detector={query.data} chart={null} />;
  return (
    <SideDrawer opened={opened} onClose={close} title="Band settings">
      <ErrorNote title="Cannot show the band settings" error={query.error} onRetry={query.refetch} />
    </SideDrawer>
  );
}
