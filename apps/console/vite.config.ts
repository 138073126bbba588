import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { conditions: ['octavus-source', 'module', 'browser', 'production', 'import', 'default'] },
  build: {
    target: 'es2023',
    // Everything comes from this server and nothing is put inline: the content security policy allows no other place.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The chunk with the editor and the agent language, which comes when it is looked at.
    chunkSizeWarningLimit: 1500,
  },
});
