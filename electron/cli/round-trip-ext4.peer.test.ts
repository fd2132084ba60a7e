import { describeRoundTrip } from './testing/round-trip.ts';

describeRoundTrip('ext4', { earlier: true });
