export { configureGateway } from './configure-gateway.js';
export { createGatewayAdapter } from './gateway.adapter.js';
export { GatewayConfig } from './gateway.config.js';
export { GatewayModule } from './gateway.module.js';
