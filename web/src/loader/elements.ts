// What is put into the widget's shadow roots on the site's page; all that is said is put in as text.

interface Tags extends HTMLElementTagNameMap, Pick<SVGElementTagNameMap, 'svg' | 'path'> {
  'deskbell-widget': HTMLElement;
}

export function make<K extends keyof Tags>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): Tags[K] {
  const language = /svg|path/.test(tag) ? 'http://www.w3.org/2000/svg' : 'http://www.w3.org/1999/xhtml';
  const element = document.createElementNS(language, tag) as Tags[K];
  for (const name in attributes) element.setAttribute(name, attributes[name]!);
  element.append(...children);
  return element;
}

/**
 * Dresses a shadow root. Constructed style sheets are no business of the page's `style-src`. Browsers
 * from before 2023 get a style element, which a page with a strict policy may then refuse.
 */
export function dress(root: ShadowRoot, css: string): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.querySelector('style')?.remove();
    root.append(make('style', {}, css));
  }
}
