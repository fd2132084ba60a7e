import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Everything lies beside the page, under names of its content; nothing is inlined, as the content policy demands. */
export default defineConfig({
  base: './',
  plugins: [react()],
  build: {
    target: 'chrome138',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    // The whole is bounded by scripts/lib/renderer-size.mjs, packed.
    chunkSizeWarningLimit: 2000,
  },
});
