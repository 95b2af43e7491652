// The only way that this page makes elements: text goes in as text, never as markup.

const svgNamespace = 'http://www.w3.org/2000/svg';

/** el('p', {class: 'quiet', title: 'x'}, 'text', child): an element with attributes and children; null children are left out. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** One of the symbols of index.html. It repeats what the text beside it says, so it is hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(svgNamespace, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

export function setIcon(svg, name) {
  svg.firstChild.setAttribute('href', `#i-${name}`);
}

/** Writes only what differs: an untouched text node costs no layout. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** A link where `url` is one of the web, and plain text otherwise: `javascript:` and its like never become links. */
export function link(url, text = url) {
  let parsed = null;
  try {
    parsed = new URL(url);
  } catch {
    // Not a URL: shown as it is.
  }
  const web = parsed !== null && (parsed.protocol === 'https:' || parsed.protocol === 'http:');
  return web ? el('a', {href: parsed.href, rel: 'noreferrer noopener', target: '_blank'}, text) : el('span', {}, text);
}

export const byId = (id) => document.getElementById(id);
