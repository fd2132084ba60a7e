import { describeFailpoints } from './testing/describe-failpoints.ts';

describeFailpoints(['backup'], /^(?!tape:)/);
