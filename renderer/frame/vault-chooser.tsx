import { Select } from '../components/select.tsx';
import { prefer } from '../stores/preferences.ts';
import { useVault, useVaults } from '../stores/vaults.ts';
import { words } from '../words/words.ts';
import styles from './frame.module.css';

/** Which vault is looked at. */
export const VaultChooser = () => {
  const { data } = useVaults();
  const vault = useVault();
  if (!data || data.vaults.length === 0 || !vault) return null;
  return (
    <div className={styles.vault}>
      <span className="faint" aria-hidden>
        {words.vault.toLowerCase()}
      </span>
      <Select
        label={words.vault}
        hideLabel
        bare
        value={vault.dir}
        onChange={(dir) => prefer({ vault: dir })}
        options={data.vaults.map(({ dir, name }) => ({ value: dir, title: name }))}
      />
    </div>
  );
};
