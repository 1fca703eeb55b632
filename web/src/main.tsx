import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './index.css';

const container = document.getElementById('root');
if (container === null) throw new Error('index.html has no #root.');
const root = createRoot(container);

try {
  // Loaded only now, so that a setting that makes no sense is told instead of a white page.
  const [{ Providers }, { Router }] = await Promise.all([import('./app/providers'), import('./app/router')]);
  root.render(
    <StrictMode>
      <Providers>
        <Router />
      </Providers>
    </StrictMode>,
  );
} catch (failure) {
  root.render(
    <div role="alert" className="mx-auto max-w-xl p-8">
      <h1 className="text-lg font-semibold">The dashboard cannot start</h1>
      <p className="mt-2">{failure instanceof Error ? failure.message : String(failure)}</p>
    </div>,
  );
}
