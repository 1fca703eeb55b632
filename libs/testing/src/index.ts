export { CHROMIUM_FLAGS, findChromium } from './chromium.js';
export { effort } from './effort.js';
export { A_REASON, anEnvelope, envelopesInARow } from './event-builders.js';
export { eventually, type EventuallyOptions } from './eventually.js';
export { FakeClock } from './fake-clock.js';
export { freePort } from '@mcm/kernel';
export { closedGate, type Gate } from './gate.js';
export {
  describeWith,
  startOwnNats,
  startOwnRedis,
  startRedis,
  type OwnTestServer,
  type ServerDemands,
  type ServerSettings,
  type TestServer,
} from './servers/index.js';
export { goodAnswer, type ModelAnswer, type ModelClaim, type ModelFacts } from './model-answers.js';
export {
  answersWell,
  type ModelBehaviour,
  type ModelQuestion,
  type ModelScript,
  ModelServer,
} from './model-server.js';
export { OPENID_SECRET, type OpenIdBehaviour, OpenIdServer } from './openid-server.js';
export { spawnSource, type SourceProcessOptions } from './source-process.js';
export { type ReceivedSpan, TraceReceiver } from './trace-receiver.js';
export {
  applicationRole,
  createEmptyDatabase,
  createTestDatabase,
  emptySchema,
  type TestDatabase,
} from './test-database.js';
export { createTestCertificate, type TestCertificate } from './test-certificate.js';
