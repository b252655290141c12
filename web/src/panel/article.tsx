import { MessageCards } from './cards.tsx';
import type { Model } from './model.ts';
import type { State } from './state.ts';
import { Text } from './text.tsx';
import { say } from './words.ts';

/** One of the site's articles, to be read in peace. */
export function Article({ article, model }: { article: State['article']; model: Model }) {
  return (
    <div class="scroller" tabIndex={0} role="region" aria-label={say('read')}>
      <article class="article" dir="auto">
        {article === 'loading' ? <p class="loading" role="status">{say('loading')}</p>
          : article === null ? <p class="loading" role="status">{say('articleGone')}</p>
          : (
            <>
              <h2>{article.title}</h2>
              <div class="prose"><Text text={article.text} /></div>
              <MessageCards cards={article.cards} newest={false} model={model} />
            </>
          )}
      </article>
    </div>
  );
}
