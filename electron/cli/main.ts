import { keepCompiledCode } from '../platform/code-cache.ts';
import { demandNode } from './demand-node.ts';

demandNode(process.versions.node, process.argv);
keepCompiledCode();
// Loaded only now, so that it comes out of the cache.
await import('./command-line.ts');
