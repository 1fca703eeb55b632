/** What `/health/ready` of a process says: status 200 or 503, and how each of its parts is. */
export interface Readiness {
  status: number;
  parts: Record<string, { status: string; detail?: string }>;
}

/** Asks the process at `url`, a gateway's API or a management port. */
export async function readiness(url: string): Promise<Readiness> {
  const answer = await fetch(`${url}/health/ready`);
  const { parts } = (await answer.json()) as Pick<Readiness, 'parts'>;
  return { status: answer.status, parts };
}
