import { eventually, goodAnswer, type ModelServer } from '@mcm/testing';
import { allFindings, get, send, type System } from '../../support/system.js';

/** What the system is started with. */
export const KEY = 'sk-e2e-0123456789abcdefghij';
const SECRET = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
const FAILURES = 12;

interface Enriched {
  risk_score: number;
  ai_explanation: string;
  enrichment_source: string;
  enrichment_model: string | null;
  enrichment: { cached: boolean; fallback: { code: string; reason: string } | null };
}
interface Exchanges {
  exchanges: { sent: { role: string; content: string }[]; received: string | null; outcome: string }[];
  placeholders: Record<string, string> | null;
}
interface Run {
  id: string;
  state: string;
  tally: Record<string, number>;
}

/** Deployments that failed: each is a finding, and a model is told nothing that differs in those of one service. */
const failures = (service: string, user: string, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    event_id: `${service}-${i}`,
    event_type: 'deployment_failed',
    user,
    timestamp: new Date(Date.now() - 3_600_000 - i * 60_000).toISOString(),
    raw_data: {
      service,
      environment: 'prod',
      version: `1.0.${i}`,
      initiated_by: user,
      error: `token ${SECRET}`,
    },
  }));

export function enrichByModel(system: () => System, theModel: () => ModelServer): void {
  let model: ModelServer;
  beforeAll(() => {
    model = theModel();
  });
  beforeEach(() => {
    model.forget();
    model.play(({ facts }) => ({ kind: 'answer', content: goodAnswer(facts) }));
  });

  async function findingsOf(user: string, count: number) {
    await eventually(async () => (await allFindings(system().api, `&user=${user}`)).length >= count);
    return (await allFindings(system().api, `&user=${user}`)).filter(
      ({ rule_name }) => rule_name === 'deployment_failed',
    );
  }
  async function enrich(id: number): Promise<Enriched> {
    const { status } = await fetch(`${system().api}/findings/${id}/enrich_with_ai`, { method: 'POST' });
    expect(status).toBe(200);
    return get<Enriched>(`${system().api}/findings/${id}`);
  }

  it('scores and explains a finding, and shows what was sent: no secret, no name', async () => {
    await send(`${system().api}/events`, failures('billing', 'walter.bishop', 1));
    const [finding] = await findingsOf('walter.bishop', 1);
    expect(await enrich(finding!.id)).toMatchObject({
      enrichment_source: 'model',
      enrichment_model: 'small',
      enrichment: { cached: false, fallback: null },
      // The name is back in what a person reads.
      ai_explanation: expect.stringContaining('walter.bishop') as string,
    });
    const { exchanges, placeholders } = await get<Exchanges>(
      `${system().api}/findings/${finding!.id}/enrichment`,
    );
    expect(exchanges).toMatchObject([
      { outcome: 'valid', received: expect.stringContaining('score') as string },
    ]);
    expect(JSON.stringify(exchanges)).not.toContain(SECRET);
    expect(JSON.stringify(exchanges)).not.toContain('walter.bishop');
    expect(Object.values(placeholders!)).toContain('walter.bishop');
    expect(JSON.stringify(model.questions)).not.toContain(SECRET);
    expect(system().output()).not.toContain(KEY);
  });

  it('enriches in bulk after an estimate, asks once for findings of one shape, and takes ratings', async () => {
    await send(`${system().api}/events`, failures('search', 'astrid', FAILURES));
    const found = await findingsOf('astrid', FAILURES);
    const finding_ids = found.map(({ id }) => id);
    const { body: estimate } = await send<{ findings: number }>(`${system().api}/enrichments?dry_run=true`, {
      finding_ids,
    });
    expect(estimate.findings).toBe(FAILURES);
    expect(model.questions).toEqual([]);
    const { body: started } = await send<Run>(`${system().api}/enrichments`, { finding_ids });
    const run = () => get<Run>(`${system().api}/enrichments/${started.id}`);
    await eventually(async () => (await run()).state === 'completed', { timeoutMs: 60_000 });
    expect((await run()).tally).toMatchObject({ model: 1, cache: FAILURES - 1, heuristic: 0, failed: 0 });
    expect(model.questions).toHaveLength(1);
    const rated = await send(`${system().api}/findings/${finding_ids[0]}/enrichment/ratings`, {
      verdict: 'wrong',
      comment: 'A known outage',
      expected_score: 10,
    });
    expect(rated).toMatchObject({ status: 201, body: { verdict: 'wrong', expected_score: 10 } });
    const lines = await (await fetch(`${system().api}/ai/evaluation-set`, { method: 'POST' })).text();
    expect(lines).toContain('A known outage');
  });

  it('lets the heuristic answer, and says so, when the server refuses the key', async () => {
    model.play(() => ({ kind: 'status', status: 401 }));
    await send(`${system().api}/events`, failures('mail', 'olivia', 1));
    const [finding] = await findingsOf('olivia', 1);
    expect(await enrich(finding!.id)).toMatchObject({
      enrichment_source: 'heuristic',
      enrichment: { fallback: { code: 'AI.KEY_REFUSED' } },
    });
    expect(await get(`${system().api}/ai/status`)).toMatchObject({ state: 'refused' });
  });
}
