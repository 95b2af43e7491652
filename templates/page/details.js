// All that is known of one app, in a drawer. What takes a look at the engine (logs) is fetched only when asked for.

import {mark, timeSince} from './cells.js';
import {byId, el, link, setText} from './dom.js';
import {health, phase, shortCommit, shortImage, sync} from './words.js';

const pathOf = (key) => `/api/v1/apps/${key.split('/').map(encodeURIComponent).join('/')}`;

export class Details {
  #key = null;
  #body = el('div', {class: 'body'});
  #asked = 0;

  constructor() {
    this.dialog = byId('details');
    this.dialog.addEventListener('close', () => this.#closed());
    this.dialog.addEventListener('click', (event) => event.target === this.dialog && this.dialog.close());
    addEventListener('hashchange', () => this.openAddressed());
  }

  open(key) {
    if (location.hash.slice(1) !== key) history.replaceState(null, '', `#${key}`);
    this.#key = key;
    this.#body = el('div', {class: 'body'}, el('p', {class: 'quiet'}, 'Loading…'));
    const close = el('button', {type: 'button', class: 'close', 'aria-label': 'Close'}, '✕');
    close.addEventListener('click', () => this.dialog.close());
    const [environment, name] = key.split('/');
    this.dialog.replaceChildren(el('header', {}, el('div', {}, el('p', {class: 'quiet'}, environment), el('h2', {id: 'details-name'}, name)), close),
                                this.#body, logs(key));
    if (!this.dialog.open) this.dialog.showModal();
    this.refresh();
  }

  /** What the address names after `#`, if anything: details can be linked to. */
  openAddressed() {
    const key = decodeURIComponent(location.hash.slice(1));
    if (/^[a-z0-9-]+\/[a-z0-9-]+$/.test(key)) this.open(key);
  }

  /** The board changed: looks again where one of these apps is open. */
  changed(keys) {
    if (this.#key !== null && keys.includes(this.#key)) this.refresh();
  }

  async refresh() {
    const asked = ++this.#asked;
    try {
      const response = await fetch(pathOf(this.#key));
      const answer = await response.json();
      if (asked !== this.#asked) return;  // something newer was asked for meanwhile
      this.#body.replaceChildren(...(response.ok ? parts(answer) : [el('p', {}, answer.detail)]));
    } catch (error) {
      if (asked === this.#asked) this.#body.replaceChildren(el('p', {}, `Holdfast doesn't answer: ${error.message}`));
    }
  }

  #closed() {
    this.#key = null;
    ++this.#asked;
    history.replaceState(null, '', location.pathname);
  }
}

function parts(app) {
  return [
    el('p', {class: 'marks'}, mark(phase(app.phase), true), mark(sync(app.sync)), mark(health(app.health))),
    app.reason ? el('p', {class: 'why'}, app.reason) : null,
    facts(app),
    el('h3', {}, 'Conditions'),
    el('ul', {class: 'conditions'}, ...app.conditions.map(condition)),
    el('h3', {}, 'History'),
    app.history.length > 0 ? el('ol', {class: 'history'}, ...app.history.map(event)) : el('p', {class: 'quiet'}, 'Nothing has happened since Holdfast started.'),
  ].filter(Boolean);
}

function facts(app) {
  const {desired, running} = app.replicas;
  const {observed, attempted, applied} = app.revision;
  const commit = (id) => (id ? el('code', {title: id}, shortCommit(id)) : '–');
  const rows = [
    ['Address', app.url && link(app.url)],
    ['Replicas', `${running} of ${desired} running`],
    ['Nodes', app.nodes.join(', ')],
    ['Image', app.image && el('code', {}, app.image)],
    ['Source', app.source.description || app.source.commit],
    ['Revision', observed && el('span', {}, 'live ', commit(applied), ' · tried ', commit(attempted), ' · seen ', commit(observed))],
    ['Since', app.since && timeSince(app.since)],
  ];
  return el('dl', {}, ...rows.filter(([, value]) => value).flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}

function condition({type, status, reason, message, since}) {
  // Ready is good when true; Stalled and Reconciling are worth a look when true.
  const tones = {Ready: ['good', 'warning'], Stalled: ['bad', 'quiet'], Reconciling: ['moving', 'quiet']};
  const tone = (tones[type] ?? ['quiet', 'quiet'])[status ? 0 : 1];
  const icon = {good: 'good', warning: 'warning', bad: 'bad', moving: 'moving'}[tone] ?? 'unknown';
  return el('li', {}, mark({label: `${type}: ${status ? 'yes' : 'no'}`, icon, tone}), el('span', {}, message || (status ? reason : '')), timeSince(since));
}

function event({at, what, revision, image, message}) {
  return el('li', {}, el('b', {}, what), el('span', {}, message), el('span', {class: 'quiet'}, timeSince(at), revision ? ' ago at ' : ' ago', revision ? el('code', {title: revision}, shortCommit(revision)) : null,
                                                                  image ? el('code', {title: image}, ` ${shortImage(image)}`) : null));
}

/** Two buttons and a place for the text that they fetch. */
function logs(key) {
  const text = el('pre', {tabindex: 0, hidden: true, 'aria-live': 'polite'});
  const button = (label, address) => {
    const element = el('button', {type: 'button'}, label);
    element.addEventListener('click', async () => showText(text, await address()));
    return element;
  };
  return el('div', {class: 'logs'}, el('h3', {}, 'Logs'),
            el('p', {class: 'buttons'}, button('App, last 100 lines', () => `${pathOf(key)}/logs?lines=100`), button('Last build', () => buildLog(key))), text);
}

async function buildLog(key) {
  const response = await fetch(pathOf(key));
  const {build} = await response.json();
  return build ? `${pathOf(key)}/builds/${encodeURIComponent(build)}/log` : null;
}

async function showText(element, address) {
  element.hidden = false;
  setText(element, address ? 'Loading…' : 'Nothing was built for this app since Holdfast started.');
  if (!address) return;
  try {
    const response = await fetch(address);
    setText(element, response.ok ? (await response.text()) || 'It is empty.' : (await response.json()).detail);
    element.scrollTop = element.scrollHeight;
  } catch (error) {
    setText(element, `Holdfast doesn't answer: ${error.message}`);
  }
}
