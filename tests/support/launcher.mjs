// How the widget's launcher is looked at, which is in a closed shadow root.

/** The names of the page's buttons (Chromium), without those of its frames. */
export async function launcherNames(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes.filter(({ role, ignored }) => role?.value === 'button' && !ignored).map(({ name }) => name.value);
}

/** For a page, before its scripts: what is in shadow roots can be looked at from outside. */
export function openShadows() {
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (init) {
    return attachShadow.call(this, { ...init, mode: 'open' });
  };
}
