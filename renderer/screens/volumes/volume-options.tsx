import { Choice, Pair } from '../../components/dialog-form.tsx';
import { Field } from '../../components/field.tsx';
import { Fold } from '../../components/fold.tsx';
import { Select } from '../../components/select.tsx';
import { format } from '../../words/format.ts';
import { volumesWords as words } from '../../words/volumes.ts';
import { SEGMENT_CHOICES, type VolumeField, type VolumeForm } from './volume-form.ts';

interface VolumeOptionsProps {
  readonly form: VolumeForm;
  readonly edit: (part: Partial<VolumeForm>) => void;
  readonly say: (field: VolumeField) => string | null;
}

/** How a volume is tracked, and what its snapshots may take. */
export const VolumeOptions = ({ form, edit, say }: VolumeOptionsProps) => (
  <Fold title={words.advanced}>
    <Pair>
      <Choice help={words.segmentHelp}>
        <Select
          label={words.segment}
          value={form.segment}
          onChange={(segment) => edit({ segment })}
          options={SEGMENT_CHOICES.map((bytes) => ({ value: String(bytes), title: format.bytes(bytes) }))}
        />
      </Choice>
      <Select
        label={words.preserve}
        value={form.preserve}
        onChange={(preserve) => edit({ preserve })}
        options={[
          { value: 'protected', title: words.preserveProtected },
          { value: 'all', title: words.preserveAll },
        ]}
      />
      <Choice help={form.storage === 'memory' && words.memoryHelp}>
        <Select
          label={words.storageKind}
          value={form.storage}
          onChange={(storage) => edit({ storage })}
          options={[
            { value: 'file', title: words.inFile },
            { value: 'memory', title: words.inMemory },
          ]}
        />
      </Choice>
      <Field
        label={words.storageSize}
        help={words.storageSizeHelp}
        value={form.storageSize}
        onChange={(storageSize) => edit({ storageSize })}
        error={say('storageSize')}
      />
      <Select
        label={words.onFull}
        value={form.onFull}
        onChange={(onFull) => edit({ onFull })}
        options={[
          { value: 'block', title: words.onFullBlock },
          { value: 'invalidate', title: words.onFullInvalidate },
        ]}
      />
      {form.onFull === 'block' && (
        <Field
          label={words.blockMs}
          help={words.blockMsHelp}
          value={form.blockMs}
          onChange={(blockMs) => edit({ blockMs })}
          error={say('blockMs')}
        />
      )}
    </Pair>
  </Fold>
);
