import { Unplug } from 'lucide-react';
import type { VolumeView } from '../../../shared/contract/volumes.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/layout.tsx';
import { EmptyState } from '../../components/notices.tsx';
import type { Rate } from '../../stores/rates.ts';
import { volumesWords as words } from '../../words/volumes.ts';
import { ServedTable } from './served-table.tsx';

interface ServingCardProps {
  readonly volume: VolumeView;
  readonly rates: ReadonlyMap<string, Rate>;
  readonly serve: () => void;
}

/** Where a volume and its frozen images are served, to whom, how fast, and how to attach them. */
export const ServingCard = ({ volume, rates, serve }: ServingCardProps) => (
  <Card title={words.serving}>
    {volume.exports.length === 0 ? (
      <EmptyState
        icon={Unplug}
        title={words.notServedYet}
        action={
          <Button look="primary" isDisabled={volume.state === 'missing'} onPress={serve}>
            {words.serve}
          </Button>
        }
      >
        {words.notServedAbout}
      </EmptyState>
    ) : (
      <ServedTable exports={volume.exports} rates={rates} />
    )}
  </Card>
);
