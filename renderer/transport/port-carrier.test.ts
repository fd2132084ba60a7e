import { expect, test } from 'vitest';
import { type DesktopBridge, PORT_MESSAGE } from '../../shared/desktop/channels.ts';
import { portCarrier } from './port-carrier.ts';

const scene = () => {
  const page = new EventTarget();
  const ids: number[] = [];
  const bridge = { connect: (id: number) => ids.push(id) } as unknown as DesktopBridge;
  const frames: unknown[] = [];
  let closed = 0;
  const link = portCarrier(bridge, page as unknown as Window).open({
    frame: (frame) => frames.push(frame),
    closed: () => {
      closed += 1;
    },
  });
  const deliver = (data: unknown, source: unknown = page) => {
    const { port1, port2 } = new MessageChannel();
    page.dispatchEvent(Object.assign(new Event('message'), { data, source, ports: [port2] }));
    const heard: unknown[] = [];
    port1.onmessage = ({ data }) => heard.push(data);
    return { port: port1, heard };
  };
  return { ids, frames, link, deliver, closed: () => closed };
};

test('frames go both ways, and each that came is answered with its length', async () => {
  const { ids, frames, link, deliver } = scene();
  const { port, heard } = deliver({ kind: PORT_MESSAGE, id: ids[0] });
  port.postMessage('{"kind":"hello"}');
  link.send({ kind: 'cancel', request: 1 });
  await expect.poll(() => frames).toEqual([{ kind: 'hello' }]);
  await expect.poll(() => new Set(heard)).toEqual(new Set([16, '{"kind":"cancel","request":1}']));
  link.close();
});

test('a port of another connection, or from another window, is not taken', async () => {
  const { ids, frames, deliver, link } = scene();
  for (const { port } of [deliver({ kind: PORT_MESSAGE, id: 99 }), deliver({ kind: PORT_MESSAGE, id: ids[0] }, {})]) {
    port.postMessage('{"kind":"hello"}');
  }
  const { port } = deliver({ kind: PORT_MESSAGE, id: ids[0] });
  port.postMessage('{"kind":"ours"}');
  await expect.poll(() => frames).toEqual([{ kind: 'ours' }]);
  link.close();
});

test('the end of the other side is told once, and so is what is no frame', async () => {
  for (const end of [(port: MessagePort) => port.close(), (port: MessagePort) => port.postMessage('no JSON')]) {
    const { ids, deliver, closed, link } = scene();
    end(deliver({ kind: PORT_MESSAGE, id: ids[0] }).port);
    await expect.poll(closed).toBe(1);
    link.close();
    expect(closed()).toBe(1);
  }
});
