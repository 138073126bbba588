import './index.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/queries.ts';
import { cspNonce } from './csp-nonce.ts';
import { router } from './router.tsx';
import { applyTheme } from './theme/theme.ts';

applyTheme();
// Dialogs stop the page behind them from scrolling by a style of their own.
setNonce(cspNonce);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
