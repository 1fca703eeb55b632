import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type PluginOption } from 'vite';
import { createFixtureApi } from './dev/fixture-api.ts';

/** `vite --mode fixtures`: answers `/api` from made-up data, for work on the looks without a running system. */
function fixtureApi(): PluginOption {
  return {
    name: 'fixture-api',
    configureServer(server) {
      const api = createFixtureApi();
      server.middlewares.use('/api', (request, response) => api.handle(request, response));
    },
  };
}

export default defineConfig(({ mode }) => ({
  plugins: [react(), tailwindcss(), mode === 'fixtures' ? fixtureApi() : null],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    port: 8080,
    strictPort: true,
    proxy:
      mode === 'fixtures'
        ? undefined
        : {
            '/api': {
              target: process.env.API_URL ?? 'http://localhost:8000',
              changeOrigin: true,
              rewrite: (path) => path.replace(/^\/api/, ''),
            },
          },
  },
  build: {
    // Nothing is inlined as data: or script text, so a strict Content-Security-Policy needs no exceptions.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 450,
  },
}));
