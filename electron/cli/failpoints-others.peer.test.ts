import { describeFailpoints } from './testing/describe-failpoints.ts';

describeFailpoints(['create', 'open', 'restore', 'rebuild']);
