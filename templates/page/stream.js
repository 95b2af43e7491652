// The event stream, kept for as long as somebody looks: a tab in the background lets go of it, and gets the whole board when it is
// looked at again.

const letGoAfter = 30_000;
const tryAgainAfter = 10_000;

/** Calls onBoard with each event and onState with `live`, `lost` or `refused`. */
export function follow(url, onBoard, onState) {
  let source = null;
  let timer = 0;

  function open() {
    clearTimeout(timer);
    if (source !== null && source.readyState !== EventSource.CLOSED) return;
    source = new EventSource(url);
    source.addEventListener('board', (event) => {
      onState('live');
      onBoard(JSON.parse(event.data));
    });
    source.onerror = () => {
      // The browser tries again by itself, unless it was answered with an error.
      const refused = source.readyState === EventSource.CLOSED;
      onState(refused ? 'refused' : 'lost');
      if (refused) timer = setTimeout(open, tryAgainAfter);
    };
  }

  function letGo() {
    source?.close();
    source = null;
  }

  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (document.visibilityState === 'visible') open();
    else timer = setTimeout(letGo, letGoAfter);
  });
  open();
}
