import { type ReactNode, useRef } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { printable } from '../../shared/model/printable.ts';
import { useKeptFocus } from '../stores/kept-focus.ts';
import { Button } from './button.tsx';
import styles from './dialog.module.css';

interface DialogProps {
  readonly title: string;
  readonly close: () => void;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
  readonly wide?: boolean;
  /** With something beside its form, as long as there is room. */
  readonly double?: boolean;
  /** A question that must be answered is not closed by a click beside it. */
  readonly demanding?: boolean;
}

/** A question or a form above the screen. */
export const Dialog = (props: DialogProps) => {
  const kept = useRef<HTMLElement>(null);
  useKeptFocus(kept);
  return (
    <ModalOverlay
      className={styles.veil}
      isOpen
      isDismissable={!props.demanding}
      onOpenChange={(open) => !open && props.close()}
    >
      <Modal className={`${styles.modal} ${props.double ? styles.double : props.wide ? styles.wide : ''}`}>
        <AriaDialog ref={kept} className={styles.dialog} role={props.demanding ? 'alertdialog' : 'dialog'}>
          <Heading slot="title" level={2}>
            {printable(props.title)}
          </Heading>
          {props.children}
          {props.actions && <div className={styles.actions}>{props.actions}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
};

interface ConsentProps {
  readonly title: string;
  /** What is lost, named. */
  readonly children: ReactNode;
  readonly consent: string;
  /** More has to be agreed to first. */
  readonly disabled?: boolean;
  /** How it is declined: what stays, named. */
  readonly keep: string;
  readonly onConsent: () => void;
  readonly close: () => void;
}

/** Asks before something is lost. */
export const Consent = (props: ConsentProps) => (
  <Dialog
    title={props.title}
    close={props.close}
    demanding
    actions={
      <>
        <Button onPress={props.close} autoFocus>
          {props.keep}
        </Button>
        <Button
          look="danger"
          isDisabled={props.disabled ?? false}
          onPress={() => {
            props.close();
            props.onConsent();
          }}
        >
          {props.consent}
        </Button>
      </>
    }
  >
    <div className={`quiet ${styles.lost}`}>{props.children}</div>
  </Dialog>
);
