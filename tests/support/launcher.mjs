// What people who hear a page are told of the widget's launcher, which is in a closed shadow root.

/** The names of the page's buttons (Chromium), without those of its frames. */
export async function launcherNames(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes.filter(({ role, ignored }) => role?.value === 'button' && !ignored).map(({ name }) => name.value);
}
