import { printable } from '../../../shared/model/printable.ts';
import { Choices, Tick } from '../../components/field.tsx';
import { FolderField } from '../../components/folder-field.tsx';
import { restoreWords as words } from '../../words/restore.ts';
import { isComplete, type RestoreChoice } from './restore-request.ts';

interface DestinationProps {
  readonly choice: RestoreChoice;
  readonly choose: (part: Partial<RestoreChoice>) => void;
  /** The folder that all of it has in common. */
  readonly above: string;
  /** Whether somebody tried to go on: then an empty field is wrong, too. */
  readonly tried: boolean;
}

/** Where files go: into a folder, or back to where they came from. */
export const FileDestination = ({ choice, choose, above, tried }: DestinationProps) => (
  <>
    <Choices
      hideLabel
      label={words.where}
      value={choice.where}
      onChange={(where) => choose({ where })}
      choices={[
        { value: 'folder', title: words.toFolder, about: words.toFolderAbout },
        { value: 'original', title: words.toOriginal, about: words.toOriginalAbout },
      ]}
    />
    {choice.where === 'folder' && (
      <>
        <FolderField
          creates
          label={words.folderField}
          value={choice.folder}
          onChange={(folder) => choose({ folder })}
          error={(tried || choice.folder !== '') && !isComplete(choice) ? words.folderNeeded : null}
        />
        {above !== '/' && (
          <Tick checked={choice.flat} onChange={(flat) => choose({ flat })}>
            <span>
              {words.flatten} <span className="faint">{words.flattenAbout(printable(above))}</span>
            </span>
          </Tick>
        )}
      </>
    )}
  </>
);
