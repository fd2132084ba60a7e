import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noticesSource } from './lib/notices.mjs';
import { root } from './lib/paths.mjs';

writeFileSync(join(root, 'electron/console/about/notices.ts'), noticesSource());
