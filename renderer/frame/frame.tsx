import { useEffect, useRef } from 'react';
import { Announcements } from '../components/announcements.tsx';
import { PassphrasePrompt } from '../components/passphrase-prompt.tsx';
import { RecoveryCode } from '../components/recovery-code.tsx';
import { SCREEN_VIEWS } from '../screens/screen-views.ts';
import { leaveErrors } from '../stores/announcements.ts';
import { useKeptFocus } from '../stores/kept-focus.ts';
import { useRoute } from '../stores/route.ts';
import { words } from '../words/words.ts';
import { AlertBanner } from './alert-banner.tsx';
import { Boundary } from './boundary.tsx';
import { Brand } from './brand.tsx';
import styles from './frame.module.css';
import { LostBanner } from './lost-banner.tsx';
import { NoticeBanner } from './notice-banner.tsx';
import { Rail } from './rail.tsx';
import { SearchBox } from './search-box.tsx';
import { StatusBar } from './status-bar.tsx';
import { VaultChooser } from './vault-chooser.tsx';

const CONTENT = 'content';

/** What stands around every screen. */
export const Frame = () => {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const arrived = useRef(false);
  // Of Media the id is the tape whose panel is open: the desk around it, and the focus on it, stay.
  const place = route.screen === 'media' ? route.screen : `${route.screen}/${route.id ?? ''}`;
  useKeptFocus(main);
  const Screen = SCREEN_VIEWS[route.screen];

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new place is what this is about.
  useEffect(() => {
    document.title = `${words.screens[route.screen]} · ${words.product}`;
    if (arrived.current) main.current?.focus({ preventScroll: true });
    leaveErrors();
    main.current?.scrollTo(0, 0);
    arrived.current = true;
  }, [place]);

  return (
    <div className={styles.frame}>
      <a
        className={styles.skip}
        href={`#${CONTENT}`}
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {words.skip}
      </a>
      <header className={styles.header}>
        <Brand />
        <div className={styles.top}>
          <SearchBox />
          <VaultChooser />
        </div>
      </header>
      <Rail />
      {/* A long page without anything to press is scrolled by keys only when it can have the focus itself. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls. */}
      <main id={CONTENT} className={styles.main} ref={main} tabIndex={0}>
        <div className={styles.inner}>
          <LostBanner />
          <NoticeBanner />
          <AlertBanner />
          <Boundary place={place}>
            <Screen key={place} route={route} />
          </Boundary>
        </div>
      </main>
      <Announcements />
      <StatusBar />
      <PassphrasePrompt />
      <RecoveryCode />
    </div>
  );
};
