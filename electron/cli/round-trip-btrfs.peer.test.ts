import { describeRoundTrip } from './testing/round-trip.ts';

describeRoundTrip('btrfs');
