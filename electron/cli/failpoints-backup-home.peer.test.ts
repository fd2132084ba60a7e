import { describeFailpoints } from './testing/describe-failpoints.ts';

describeFailpoints('backup', /^(lease|durable-write):/);
