import { describeFailpoints } from './testing/describe-failpoints.ts';

describeFailpoints('restore');
