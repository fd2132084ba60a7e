import { keepCompiledCode } from '../platform/code-cache.ts';

keepCompiledCode();
// Loaded only now, so that it comes out of the cache.
await import('./command-line.ts');
