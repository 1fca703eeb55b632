export { CurrentCaller, CurrentPrincipal } from './access/current-principal.decorator.js';
export { PermissionGuard } from './access/permission.guard.js';
export type { Caller, Principal } from './access/principal.js';
export { principalOf, setPrincipal } from './access/request-principal.js';
export { ACCESS, type Access, Public, Requires, SignedIn } from './access/requires.decorator.js';
export { signInRequired } from './access/sign-in-required.js';
export { Env, loadConfig, variablesOf } from './config/config-slice.js';
export { fileVariable, isSecretSet, readSecret, type SecretText } from './config/secret-variable.js';
export { SharedSecret } from './config/shared-secret.js';
export { globalModule } from './global-module.js';
export { HealthRegistry } from './health/health-registry.js';
export type { HealthCheck, PartHealth } from './health/health-registry.js';
export { BodyRoom } from './http/body-room.js';
export { ProblemFilter, sendProblem } from './http/problem.filter.js';
export { toProblem } from './http/problem.js';
export type { Problem, ProblemAnswer } from './http/problem.js';
export { receiveBodies, type Receiving } from './http/receive-body.js';
export { validationPipe } from './http/validation.pipe.js';
export { stopOnSignals } from './lifecycle/stop-signals.js';
export { FaultReporter } from './logging/fault-log.js';
export type { FaultLog } from './logging/fault-log.js';
export { createLogger, LOGGER, nestLogger } from './logging/logger.js';
export type { Logger, LoggerOptions } from './logging/logger.js';
export { MetricsRegistry } from './metrics/metrics-registry.js';
export {
  inSpan,
  inTraceOf,
  isTracing,
  type SpanFacts,
  type SpanOptions,
  switchTracing,
  traceCarrier,
  traced,
  type WorkSpan,
} from './tracing/spans.js';
export { traceRequests } from './tracing/trace-requests.js';
export { AllowedHosts } from './network/allowed-hosts.js';
export { isFromAnotherOrigin, isNavigation } from './network/browser-requests.js';
export { canonicalHost, isLoopback } from './network/host-names.js';
export { NetworkConfig } from './network/network.config.js';
export { skewInWords } from './clock-skew.js';
export { CLOCK, PlatformModule } from './platform.module.js';
