/* global document, performance, PerformanceObserver, requestAnimationFrame, window */
/** Runs in the page that is measured: notes every long task of its main thread, and the time between frames. */
window.watching = { longTasks: [], frames: [] };

let since = 0;

window.restartWatching = () => {
  since = performance.now();
  window.watching = { longTasks: [], frames: [] };
};

/** Puts the list at a part of its height; answers, two frames later, which is the last line that is wholly in view there. */
window.jumpTo = async (part) => {
  const list = document.querySelector('[role=grid]');
  list.scrollTop = part * (list.scrollHeight - list.clientHeight);
  for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame);
  const { bottom } = list.getBoundingClientRect();
  const lines = [...list.querySelectorAll('[role=row][aria-rowindex]')];
  const inView = lines.filter((line) => line.getBoundingClientRect().bottom <= bottom + 1);
  return Math.max(...inView.map((line) => Number(line.getAttribute('aria-rowindex'))));
};

/** Whether the list shows this line, and no line without its content. */
window.showsLine = (wanted) => {
  const lines = [...document.querySelectorAll('[role=row][aria-rowindex]')];
  const near = lines.some((line) => Math.abs(Number(line.getAttribute('aria-rowindex')) - wanted) < 60);
  return near && lines.every((line) => /entry-/.test(line.textContent));
};

new PerformanceObserver((list) => {
  // They are told late: what came before, such as letting everything unused go, does not count.
  for (const { startTime, duration } of list.getEntries())
    if (startTime >= since) window.watching.longTasks.push(duration);
}).observe({ type: 'longtask' });

let last = performance.now();
const frame = (now) => {
  window.watching.frames.push(now - last);
  last = now;
  requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
