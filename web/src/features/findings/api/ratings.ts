import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, call, type Schema } from '@/lib/api/client';

/** A person's verdict on an enrichment. */
export type Rating = Schema<'Rating'>;
/** What is sent to rate one. */
export type RatingRequest = Schema<'RatingRequest'>;

const ratingsKey = (id: number) => ['findings', 'ratings', id] as const;

/** `GET /findings/{id}/enrichment/ratings`, the latest first. */
export const ratingsQuery = (id: number) =>
  queryOptions({
    queryKey: ratingsKey(id),
    queryFn: ({ signal }): Promise<Rating[]> =>
      call(api.GET('/findings/{id}/enrichment/ratings', { params: { path: { id } }, signal })),
  });

/** `POST /findings/{id}/enrichment/ratings`. */
export function useRateEnrichment(id: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (rating: RatingRequest): Promise<Rating> =>
      call(api.POST('/findings/{id}/enrichment/ratings', { params: { path: { id } }, body: rating })),
    onSuccess: (rating) => {
      queryClient.setQueryData<Rating[]>(ratingsKey(id), (known = []) => [rating, ...known]);
    },
  });
}
