import { Choices } from '../../components/field.tsx';
import { FolderField } from '../../components/folder-field.tsx';
import { ErrorCard, Loading, Notice } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { format } from '../../words/format.ts';
import { restoreVolumesWords as words } from '../../words/restore-volumes.ts';
import { isComplete, type RestoreChoice, volumePlaces } from './restore-request.ts';

interface DestinationProps {
  readonly choice: RestoreChoice;
  readonly choose: (part: Partial<RestoreChoice>) => void;
  /** How many volumes are restored, and how long the longest is. */
  readonly count: number;
  readonly bytes: number;
  /** Whether somebody tried to go on: then an empty field is wrong, too. */
  readonly tried: boolean;
}

const OTHER = '';

/** The drives of this machine that are large enough, with what is mounted of each, or any device by its path. */
const DeviceChoice = ({ choice, choose, bytes, tried }: Omit<DestinationProps, 'count'>) => {
  const { data, error, reload } = useQuery('place.roots', {});
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  const drives = data.drives.filter(
    ({ device, system, readOnly, bytes: size }) =>
      device.startsWith('/dev/') && !system && !readOnly && (size === null || size >= bytes),
  );
  const known = drives.some(({ device }) => device === choice.device);
  return (
    <>
      <Choices
        label={words.device}
        value={known ? choice.device : OTHER}
        onChange={(device) => choose({ device })}
        choices={[
          ...drives.map(({ device, label, bus, bytes: size, mountPoints }) => ({
            value: device,
            title: words.drive(device, label === device ? '' : label),
            about: words.driveAbout(
              bus === 'UNKNOWN' ? '' : bus,
              size === null ? '' : format.bytes(size),
              mountPoints.map(({ path }) => path),
            ),
          })),
          { value: OTHER, title: words.otherDevice, about: words.otherDeviceAbout },
        ]}
      />
      {!known && (
        <FolderField
          files
          label={words.devicePath}
          value={choice.device}
          onChange={(device) => choose({ device })}
          error={(tried || choice.device !== '') && !isComplete(choice) ? words.pathNeeded : null}
        />
      )}
    </>
  );
};

/** Where volumes go: a new image file, a device, back into their place, or several of them into a folder. */
export const VolumeDestination = ({ choice, choose, count, bytes, tried }: DestinationProps) => (
  <>
    <Choices
      hideLabel
      label={words.where}
      value={choice.where}
      onChange={(where) => choose({ where })}
      choices={volumePlaces(count).map((value) => ({ value, ...words.places[value] }))}
    />
    {choice.where === 'image' && (
      <FolderField
        files
        label={words.image}
        value={choice.image}
        onChange={(image) => choose({ image })}
        help={words.imageHelp}
        error={(tried || choice.image !== '') && !isComplete(choice) ? words.pathNeeded : null}
      />
    )}
    {choice.where === 'folder' && (
      <FolderField
        label={words.folder}
        value={choice.folder}
        onChange={(folder) => choose({ folder })}
        error={(tried || choice.folder !== '') && !isComplete(choice) ? words.pathNeeded : null}
      />
    )}
    {choice.where === 'device' && <DeviceChoice choice={choice} choose={choose} bytes={bytes} tried={tried} />}
    {choice.where === 'original' && <Notice title={words.inPlaceTitle}>{words.inPlaceAbout}</Notice>}
  </>
);
