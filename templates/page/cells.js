// The small pieces that rows, details and panels are made of.

import {el, icon, setAttribute, setIcon, setText} from './dom.js';
import {age, exactTime} from './words.js';

/** An icon and a word in a tone: never colour alone. `pill` gives it a background. */
export function mark(said, pill = false) {
  const text = el('span', {}, said.label);
  const element = el('span', {class: pill ? 'mark pill' : 'mark', 'data-tone': said.tone}, icon(said.icon), text);
  element.set = (next) => {
    setAttribute(element, 'data-tone', next.tone);
    setIcon(element.firstChild, next.icon);
    setText(text, next.label);
  };
  return element;
}

/** How long ago, with the exact time on hover; `refreshTimes` keeps all of them true. */
export function timeSince(time) {
  const element = el('time');
  element.set = (next) => {
    if (element.dateTime === (next ?? '')) return;
    element.dateTime = next ?? '';
    element.title = next ? exactTime(next) : '';
    setText(element, next ? age(next) : '–');
  };
  element.set(time);
  return element;
}

export function refreshTimes() {
  for (const element of document.querySelectorAll('time')) {
    if (element.dateTime) setText(element, age(element.dateTime));
  }
}
