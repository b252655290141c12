import { recallWords, keepWords } from './keepsake.ts';
import { isRightToLeft, speak, type Catalogue } from './words.ts';

/** The languages there are, each by its own name. */
export const kLanguages: Readonly<Record<string, string>> = {
  en: 'English', ar: 'العربية', de: 'Deutsch', es: 'Español', fr: 'Français', he: 'עברית',
  hi: 'हिन्दी', ja: '日本語', pt: 'Português', ru: 'Русский', 'zh-CN': '简体中文', 'zh-TW': '繁體中文',
};

/** The first wanted language that there is: `pt` for pt-BR, traditional characters for zh-HK. */
export function bestLanguage(wanted: readonly string[]): string {
  for (const tag of wanted) {
    const [base = '', ...rest] = tag.split(/[-_]/);
    if (base.toLowerCase() === 'zh') {
      return /hant|tw|hk|mo/i.test(rest.join()) ? 'zh-TW' : 'zh-CN';
    }
    const found = Object.keys({ ...kLanguages, ...DESKBELL_LOCALES })
      .find((one) => one.toLowerCase() === tag.toLowerCase()) ??
      Object.keys(kLanguages).find((one) => one === base.toLowerCase());
    if (found) return found;
  }
  return 'en';
}

/**
 * Says everything in this language from now on. Resolves when it does; stays as it was when the
 * words are not to be had.
 */
export async function switchLanguage(language: string): Promise<void> {
  const file = DESKBELL_LOCALES[language];
  let words: Partial<Catalogue> = {};
  if (file) {
    const kept = recallWords(file);
    words = kept ?? await fetchWords(file);
    if (!kept) keepWords(file, words);
  } else if (language !== 'en') {
    return;
  }
  speak(language, words);
  document.documentElement.lang = language;
  document.documentElement.dir = isRightToLeft(language) ? 'rtl' : 'ltr';
}

async function fetchWords(file: string): Promise<Partial<Catalogue>> {
  const response = await fetch(`/assets/${file}`);
  if (!response.ok) throw new Error(`${file} answered ${response.status}`);
  return await response.json() as Partial<Catalogue>;
}
