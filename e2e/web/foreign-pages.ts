import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@mcm/testing';
import type { Browser, Page } from 'playwright-core';
import type { StandaloneSystem } from '../support/system.js';

/** A name of an attacker; its name server says that it is this machine. */
const ATTACKER = 'evil.test';

/** Has Chromium find the attacker's name here, and let its pages ask of this machine, as other browsers do. */
export const ATTACKER_FLAGS = [
  `--host-resolver-rules=MAP ${ATTACKER} 127.0.0.1`,
  '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests',
];

const EVENT = JSON.stringify({ event_type: 'login_failed', user: 'forged' });

/**
 * What the system answers to a page whose own name leads to it (DNS rebinding): to opening it, and to what its scripts
 * then ask of their own origin.
 */
export async function answersToReboundPage(browser: Browser, system: StandaloneSystem): Promise<number[]> {
  const page = await browser.newPage();
  try {
    // The page comes from the attacker's own server, before its name leads here.
    await page.route('**/attack', (route) => route.fulfill({ contentType: 'text/html', body: '<p>Hello' }));
    const statuses: number[] = [];
    for (const [at, api] of [
      [system.api, ''],
      [system.web, '/api'],
    ] as const) {
      const origin = `http://${ATTACKER}:${new URL(at).port}`;
      for (const path of ['/', `${api}/docs`, `${api}/openapi.json`]) {
        statuses.push((await page.goto(`${origin}${path}`))?.status() ?? 0);
      }
      await page.goto(`${origin}/attack`);
      for (const [path, method] of [
        ['/findings', 'GET'],
        ['/stream', 'GET'],
        ['/events', 'POST'],
      ] as const) {
        statuses.push(await statusOfFetch(page, `${origin}${api}${path}`, method));
      }
    }
    return statuses;
  } finally {
    await page.close();
  }
}

function statusOfFetch(page: Page, url: string, method: string): Promise<number> {
  const init = {
    method,
    headers: { 'content-type': 'application/json' },
    ...(method === 'POST' ? { body: EVENT } : {}),
  };
  return page.evaluate(
    `fetch(${JSON.stringify(url)}, ${JSON.stringify(init)}).then((answer) => answer.status)`,
  );
}

/** Ways in which a page has a browser ask something of another origin without that origin's consent. */
const ATTEMPTS = {
  fetch: (api: string) => `fetch('${api}/findings?by=fetch').catch(() => undefined)`,
  image: (api: string) => `new Image().src = '${api}/findings?by=image'`,
  script: (api: string) =>
    `document.head.appendChild(Object.assign(document.createElement('script'), { src: '${api}/openapi.json?by=script' }))`,
  frame: (api: string) =>
    `document.body.appendChild(Object.assign(document.createElement('iframe'), { src: '${api}/docs?by=frame' }))`,
  event: (api: string) =>
    `fetch('${api}/events?by=event', { method: 'POST', mode: 'no-cors', body: '${EVENT}' })`,
  form: (api: string) =>
    `const form = Object.assign(document.createElement('form'), { method: 'post', action: '${api}/findings/enrich_all_missing?by=form' });
       document.body.appendChild(form); form.submit()`,
};

/** What the system answers to a page on another port of the same name, and to one of another site. */
export async function answersToForeignPages(
  browser: Browser,
  system: StandaloneSystem,
): Promise<Record<string, number>> {
  const elsewhere = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<body><a href="${system.web}/findings">dashboard</a></body>`);
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  const { port } = elsewhere.address() as AddressInfo;
  const answers: Record<string, number> = {};
  try {
    for (const host of ['127.0.0.1', ATTACKER]) {
      for (const [name, attempt] of Object.entries(ATTEMPTS)) {
        const page = await browser.newPage();
        const statuses = await AnsweredStatuses.watch(page);
        await page.goto(`http://${host}:${port}/`);
        await page.evaluate(`(() => { ${attempt(system.api)}; })()`);
        answers[`${name} from ${host}`] = await statuses.of(`?by=${name}`);
        await page.close();
      }
      const page = await browser.newPage();
      await page.goto(`http://${host}:${port}/`);
      const opened = page.waitForResponse(`${system.web}/findings`);
      await page.getByRole('link').click();
      answers[`link from ${host}`] = (await opened).status();
      await page.close();
    }
    return answers;
  } finally {
    elsewhere.close();
    elsewhere.closeAllConnections();
  }
}

/** What requests of a page were answered with, also where the page is not allowed to know. */
class AnsweredStatuses {
  private readonly urls = new Map<string, string>();
  private readonly statuses = new Map<string, number>();

  static async watch(page: Page): Promise<AnsweredStatuses> {
    const answered = new AnsweredStatuses();
    const session = await page.context().newCDPSession(page);
    session.on('Network.requestWillBeSent', ({ requestId, request }) =>
      answered.urls.set(requestId, request.url),
    );
    session.on('Network.responseReceivedExtraInfo', ({ requestId, statusCode }) =>
      answered.statuses.set(requestId, statusCode),
    );
    // Frames of another site have a process, and a session, of their own.
    page.on('response', (response) => {
      answered.urls.set(response.url(), response.url());
      answered.statuses.set(response.url(), response.status());
    });
    await session.send('Network.enable');
    return answered;
  }

  /** Waits for the answer to the request whose address ends like this. */
  async of(end: string): Promise<number> {
    const find = () => [...this.urls].find(([id, url]) => url.endsWith(end) && this.statuses.has(id));
    await eventually(() => find() !== undefined);
    return this.statuses.get(find()![0])!;
  }
}
