import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { mayPopUp, type PopUpsHere, popUpsHere } from '../../stores/alerts.ts';
import { noticesWords as words } from '../../words/notices.ts';

/** Whether this browser shows notices while another page or program is in front, and how to have it do so. */
export const BrowserPopUps = () => {
  const [here, setHere] = useState<PopUpsHere>(popUpsHere);
  if (here === 'granted' || here === 'by the shell') return null;
  if (here === 'default') return <Button onPress={() => mayPopUp().then(setHere)}>{words.popUpsAsk}</Button>;
  return <span className="second">{words.popUpsDenied}</span>;
};
