import { useMutation, useQueryClient } from '@tanstack/react-query';
import { postJson } from '../api/client';
import { refreshJudged } from '../api/queries';
import type { Detector, DetectorForm, MathForm } from '../api/types';

/** Puts a detector on a metric or an expression; it learns from the stored history before the answer comes. */
export function useWatch() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (form: DetectorForm | MathForm) => postJson<Detector>('/detectors', form),
    onSuccess: () => refreshJudged(client),
  });
}
