// Everything around the table: the head, what is wrong, the newest revision and those before it, and what to do where nothing is.

import {mark, timeSince} from './cells.js';
import {byId, el, link, setText} from './dom.js';
import {counted, result, setClock, shortCommit} from './words.js';

const example = `# apps/hello.yaml
apiVersion: holdfast.dev/v1
kind: App
name: hello
image: nginx:1.27
port: 80`;

export function showHead(head) {
  setClock(head.now);
  setText(byId('instance'), head.instance);
  setText(byId('target'), head.target);
  const where = `${head.repository}@${head.branch}`;
  if (byId('where').textContent !== where) byId('where').replaceChildren(link(head.repository), el('b', {}, `@${head.branch}`));
  setText(byId('notes-command'), `git log --notes=holdfast${head.instance === 'default' ? '' : `-${head.instance}`}`);
  document.title = head.instance === 'default' ? 'Holdfast' : `${head.instance} · Holdfast`;
  banner(byId('problem'), head.problem);
  banner(byId('notes-problem'), head.notes_problem && `Notes stay on this machine: ${head.notes_problem}`);
}

function banner(element, text) {
  element.hidden = !text;
  setText(element.querySelector('p'), text);
}

export function showEmpty(board) {
  const empty = board.apps.size === 0;
  byId('apps-panel').hidden = empty;
  byId('empty').hidden = !empty;
  if (!empty) return;
  const {ready, repository, branch} = board.head;
  byId('empty-example').hidden = !ready;
  setText(byId('empty-title'), ready ? 'No apps yet' : 'Looking for the first time…');
  setText(byId('empty-text'), ready ? `Commit a file like this to ${repository}, push it to ${branch}, and it appears here by itself.`
                                    : `Reading ${repository}@${branch}; the apps appear here as soon as they are known.`);
  setText(byId('empty-example'), example);
}

export function showCurrent(revisions) {
  const section = byId('current');
  const newest = revisions[0];
  section.hidden = !newest;
  if (!newest) return;
  section.replaceChildren(mark(result(newest.result), true), el('code', {title: newest.id}, shortCommit(newest.id)),
                          el('span', {class: 'subject'}, newest.subject),
                          el('span', {class: 'quiet'}, newest.author, ' · ', timeSince(newest.settled ?? newest.committed), newest.settled ? ' since it settled' : ' since its commit'));
}

export function showDiagnostics({total, first}) {
  const panel = byId('diagnostics');
  const errors = first.filter((one) => !one.warning).length;
  panel.hidden = total === 0;
  panel.open = errors > 0;
  const title = errors > 0 ? `${counted(errors, 'mistake')} in the config repository` : counted(total, 'warning');
  setText(byId('diagnostics-title'), first.length < total ? `${title}, and more: ${total} in all` : title);
  byId('diagnostics-list').replaceChildren(...first.map(diagnostic));
}

function diagnostic({at, pointer, message, suggestion, warning}) {
  return el('li', {}, mark(warning ? {label: 'Warning', icon: 'warning', tone: 'warning'} : {label: 'Error', icon: 'bad', tone: 'bad'}),
            el('code', {}, at),
            el('span', {}, pointer ? `${pointer}: ` : '', message, suggestion ? el('span', {class: 'quiet'}, ' Did you mean ', el('b', {}, suggestion), '?') : null));
}

export function showRevisions(revisions) {
  byId('revisions-panel').hidden = revisions.length === 0;
  const list = byId('revisions');
  const before = new Map([...list.children].map((item) => [item.dataset.said, item]));
  list.replaceChildren(...revisions.map((one) => before.get(JSON.stringify(one)) ?? revision(one)));
}

function revision(one) {
  const note = el('pre', {tabindex: 0}, 'Loading…');
  const details = el('details', {},
                     el('summary', {}, mark(result(one.result)), el('code', {title: one.id}, shortCommit(one.id)), el('span', {class: 'subject'}, one.subject),
                        el('span', {class: 'quiet'}, one.author), timeSince(one.settled ?? one.committed)),
                     note);
  details.addEventListener('toggle', () => details.open && loadNote(one.id, note));
  return el('li', {'data-said': JSON.stringify(one)}, details);
}

async function loadNote(id, note) {
  try {
    const response = await fetch(`/api/v1/revisions/${encodeURIComponent(id)}`);
    const answer = await response.json();
    setText(note, response.ok ? answer.note || 'It has no note yet: that is written once it has settled.' : answer.detail);
  } catch (error) {
    setText(note, `Holdfast doesn't answer: ${error.message}`);
  }
}
