// Takes the pictures of the README and for looking at, from the real demo: start `./demo/run` with
// a fresh DEMO_DATA, then
//
//   node docs/make_screenshots.mjs SHOP HUB PASSWORD [FOLDER]
//
// writes shop.png (for the README) and others into FOLDER (default docs/images).

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openProfile } from '../tests/support/browser.mjs';
import { Agent, root } from '../tests/support/programs.mjs';
import { until } from '../tests/support/until.mjs';

const [shop, hubUrl, password, folder = resolve(root, 'docs/images')] = process.argv.slice(2);
if (!password) {
  console.error('node docs/make_screenshots.mjs SHOP HUB PASSWORD [FOLDER]');
  process.exit(2);
}

const work = await mkdtemp(join(tmpdir(), 'deskbell-pictures-'));
const browser = await openProfile(join(work, 'profile'), {
  viewport: { width: 1280, height: 800 },
  reducedMotion: 'reduce', // pictures of states, not of ways
});
const page = await browser.newPage();
const shoot = (name) => page.screenshot({ path: join(folder, `${name}.png`) });

await page.goto(shop);
await page.waitForFunction(() => window.Deskbell?.loaded);
await shoot('launcher');
await page.evaluate(() => window.Deskbell('open'));
const panel = await until('the panel', () => page.frames().find((frame) => frame.url().includes('/panel/')));
const field = panel.getByRole('textbox', { name: /^Write/ });
await field.waitFor();
await panel.getByRole('heading', { name: 'Fern & Oak' }).waitFor();
await shoot('empty');

await field.fill('Hello! My fern was due on Monday. Where is it?');
await field.press('Enter');
await panel.getByLabel('Name').fill('Mia');
await panel.getByRole('button', { name: 'Save' }).click();
const agent = new Agent({ hubUrl, site: 'fern', login: 'ana', password, store: join(work, 'ana.db') });
await agent.run('wait message fern');
await until('the name', async () => (await agent.run('list')).includes('Mia'));
for (const command of ['open 1', 'assign me', 'find where is my order', 'use 1', 'wait read'])
  await agent.run(command);
await field.fill('Oh good, thank you!');
await field.press('Enter');
await agent.run('wait message thank you');
await agent.run('read');
await panel.locator('li.own[data-state=read]').last().waitFor();
await shoot('shop');

for (const command of ['resolve', 'wait placed']) await agent.run(command);
await panel.getByText('How did we do?').waitFor();
await shoot('survey');
await page.setViewportSize({ width: 390, height: 844 });
await shoot('phone');
await page.emulateMedia({ colorScheme: 'dark' });
await shoot('phone-dark');
await page.evaluate(() => window.Deskbell('close'));
await shoot('phone-shop');

await agent.quit();
await browser.close();
await rm(work, { recursive: true, force: true });
