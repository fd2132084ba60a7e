import { describeFailpoints } from './testing/describe-failpoints.ts';

for (const command of ['create', 'open'] as const) describeFailpoints(command);
