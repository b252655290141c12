// What is put into the widget's shadow roots on the site's page; all that is said is put in as text.

interface Tags extends HTMLElementTagNameMap {
  'deskbell-widget': HTMLElement;
}

/** An element with these properties, which are no attributes. */
export function make<K extends keyof Tags>(
  tag: K, properties: Partial<Tags[K]> = {}, ...children: (Node | string)[]
): Tags[K] {
  const element = Object.assign(document.createElement(tag) as Tags[K], properties);
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
