import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { ErrorNote } from './ErrorNote';
import { PartMissing } from './part';
import { PartMissingNote } from './PartMissingNote';

/** In the place of a page that broke or could not be loaded; what is around it stays. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  if (error instanceof PartMissing) return <PartMissingNote what="this page" />;
  const tryAgain = () => {
    reset();
    void router.invalidate();
  };
  return <ErrorNote title="This page cannot be shown" error={error} onRetry={tryAgain} />;
}
