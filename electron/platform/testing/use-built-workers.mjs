import { registerHooks } from 'node:module';

/** Preloaded by tests into what they run from its sources: its threads are those of the built program, and start in half the time. */
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier === './workers.ts' ? new URL('./built-workers.ts', import.meta.url).href : specifier, context),
});
