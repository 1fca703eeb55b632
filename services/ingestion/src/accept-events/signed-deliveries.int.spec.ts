import { createMigratedDatabase, type MigratedDatabase } from '@mcm/persistence/testing';
import { SignedDeliveries, type SignedDelivery } from './signed-deliveries.js';

const aDelivery = (overrides: Partial<SignedDelivery> = {}): SignedDelivery => ({
  source: 'github',
  body: Buffer.from('{"action":"created"}'),
  delivery: 'd-1',
  event: 'deploy_key',
  ...overrides,
});

describe('SignedDeliveries', () => {
  let database: MigratedDatabase;
  let deliveries: SignedDeliveries;
  const bodies = async () => {
    const [row] = await database.dataSource.query<{ count: string }[]>(
      'select count(*) from signed_deliveries',
    );
    return Number(row!.count);
  };
  const age = (days: number) =>
    database.dataSource.query('update signed_deliveries set received_at = received_at - $1::interval', [
      `${days} days`,
    ]);

  beforeAll(async () => {
    database = await createMigratedDatabase();
    deliveries = new SignedDeliveries(database.dataSource);
  });
  afterAll(() => database.drop());
  beforeEach(() => database.dataSource.query('truncate signed_deliveries'));

  it('tell a body that came before under another name from one that is delivered again', async () => {
    await expect(deliveries.remember(aDelivery())).resolves.toBeNull();
    await expect(deliveries.remember(aDelivery())).resolves.toBeNull();
    const first = { delivery: 'd-1', event: 'deploy_key', received_at: expect.stringMatching(/^20.*Z$/) };
    await expect(deliveries.remember(aDelivery({ delivery: 'd-2' }))).resolves.toEqual(first);
    await expect(deliveries.remember(aDelivery({ event: 'push' }))).resolves.toEqual(first);
    await expect(deliveries.remember(aDelivery({ delivery: '', event: '' }))).resolves.toEqual(first);
    await expect(
      deliveries.remember(aDelivery({ body: Buffer.from('{}'), delivery: 'd-2' })),
    ).resolves.toBeNull();
    await expect(deliveries.remember(aDelivery({ source: 'other', delivery: 'd-2' }))).resolves.toBeNull();
    expect(await bodies()).toBe(3);
  });

  it('let one of many that come at the same time be the first', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => deliveries.remember(aDelivery({ delivery: `d-${i}` }))),
    );
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
  });

  it('are forgotten after three days', async () => {
    await deliveries.remember(aDelivery());
    await age(2.9);
    await expect(deliveries.remember(aDelivery({ delivery: 'd-2' }))).resolves.toMatchObject({
      delivery: 'd-1',
    });
    await age(0.2);
    await expect(deliveries.remember(aDelivery({ delivery: 'd-2' }))).resolves.toBeNull();
    await expect(deliveries.remember(aDelivery({ delivery: 'd-1' }))).resolves.toMatchObject({
      delivery: 'd-2',
    });
  });

  it('are thrown away with those that come, so that they do not pile up', async () => {
    for (let i = 0; i < 150; i += 1) await deliveries.remember(aDelivery({ body: Buffer.from(String(i)) }));
    await age(4);
    await deliveries.remember(aDelivery({ body: Buffer.from('new') }));
    expect(await bodies()).toBe(51);
    await deliveries.remember(aDelivery({ body: Buffer.from('newer') }));
    expect(await bodies()).toBe(2);
  });

  it('hold any name', async () => {
    const odd = aDelivery({ delivery: 'a\u0000b\ud800' });
    await expect(deliveries.remember(odd)).resolves.toBeNull();
    await expect(deliveries.remember(odd)).resolves.toBeNull();
  });
});
