import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { whyQuery } from '../api/queries';
import { findingTime, kindWords } from '../findings/words';
import { LinesSkeleton, QueryPanel } from '../parts/QueryPanel';
import { SideDrawer } from '../parts/SideDrawer';
import { useZone } from '../time/Time';
import { WhyPanel } from './WhyPanel';

/** `id`: the finding that the URL asks about; undefined: closed. */
export default function WhyDrawer({ id }: { id: string | undefined }) {
  const navigate = useNavigate();
  const close = () => void navigate({ to: '.', search: (old) => ({ ...old, why: undefined }), replace: true, resetScroll: false });
  // It is loaded when the URL asks for it already: a drawer that is born open would neither slide nor take the keyboard.
  const [opened, setOpened] = useState(false);
  useEffect(() => setOpened(id !== undefined), [id]);
  // What it shows while it slides away.
  const [shown, setShown] = useState(id);
  if (id !== undefined && id !== shown) setShown(id);

  // Outlives the panel: Esc closes it, and a comment that was begun should be there when it opens again.
  const [comments, setComments] = useState<Record<string, string>>({});

  const options = whyQuery(shown ?? '');
  const query = useQuery({ ...options, enabled: id !== undefined });
  const zone = useZone();
  const finding = query.data?.finding;
  return (
    <SideDrawer opened={opened} onClose={close} title={finding ? `${kindWords(finding)}, ${findingTime(finding, zone)}` : 'Why'}>
      <QueryPanel what="why" query={query} queryKey={options.queryKey} skeleton={<LinesSkeleton lines={6} />}>
        {(why) => (
          <WhyPanel
            key={why.finding.id}
            why={why}
            comment={comments[why.finding.id] ?? why.finding.verdict?.comment ?? ''}
            onComment={(comment) => setComments((old) => ({ ...old, [why.finding.id]: comment }))}
          />
        )}
      </QueryPanel>
    </SideDrawer>
  );
}
