// The page: follows the event stream and shows each change where it belongs.

import {Board, keyOf} from './board.js';
import {refreshTimes} from './cells.js';
import {Details} from './details.js';
import {byId, setText} from './dom.js';
import {Filter} from './filter.js';
import {showCurrent, showDiagnostics, showEmpty, showHead, showRevisions} from './panels.js';
import {follow} from './stream.js';
import {Table} from './table.js';
import {counted} from './words.js';

const board = new Board();
const details = new Details();
const table = new Table(byId('apps'), (key) => details.open(key));
const filter = new Filter(() => showCount(table.filter(filter.matches)));

function showCount(shown) {
  const all = board.apps.size;
  setText(byId('shown'), shown === all ? counted(all, 'app') : `${shown} of ${counted(all, 'app')}`);
  byId('nothing').hidden = shown > 0 || all === 0;
}

function onBoard(event) {
  const {changed, gone, revisionsChanged, diagnosticsChanged} = board.take(event);
  showHead(board.head);
  if (revisionsChanged) showCurrent(board.revisions);
  if (revisionsChanged) showRevisions(board.revisions);
  if (diagnosticsChanged) showDiagnostics(board.diagnostics);
  showEmpty(board);
  filter.count(board.apps.values());
  showCount(table.take(changed, gone, !event.whole));
  details.changed([...changed.map(keyOf), ...gone]);
}

const states = {live: 'live', lost: 'reconnecting…', refused: 'not let in, trying again…'};

function onState(state) {
  byId('connection').dataset.state = state;
  setText(byId('connection-text'), states[state]);
}

follow('/api/v1/events', onBoard, onState);
details.openAddressed();
setInterval(() => document.visibilityState === 'visible' && refreshTimes(), 10_000);
