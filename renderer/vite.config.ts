import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const OTHER_LANGUAGE = /^(.*\/intl\/(?:[a-z]+\/)?)(?!en-US)[a-z]{2}-[A-Z]{2}\.mjs$/;

/** What components say by themselves is said in the language of `words/`, wherever somebody is: the others would be in the middle of its sentences, and are a tenth of the scripts. */
const oneLanguage: Plugin = {
  name: 'one-language',
  enforce: 'pre',
  resolveId(id, importer) {
    const [, folder] = (importer?.includes('/node_modules/react-aria') && OTHER_LANGUAGE.exec(id)) || [];
    return folder === undefined ? null : this.resolve(`${folder}en-US.mjs`, importer);
  },
};

/** Everything lies beside the page, under names of its content; nothing is inlined, as the content policy demands. */
export default defineConfig({
  base: './',
  plugins: [oneLanguage, react()],
  build: {
    target: 'chrome138',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    // The whole is bounded by scripts/lib/renderer-size.mjs, packed.
    chunkSizeWarningLimit: 2000,
  },
});
