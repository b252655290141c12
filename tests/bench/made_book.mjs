/**
 * An answer book of any size, made: what can be asked about each thing that a shop may sell, in ten
 * different ways each. Always the same, so that figures can be compared.
 */

const kThings = [
  'fern', 'orchid', 'cactus', 'rubber fig', 'snake plant', 'bonsai', 'lemon tree', 'palm', 'ivy',
  'lavender', 'rosemary', 'basil', 'hydrangea', 'magnolia', 'camellia', 'azalea', 'peony', 'tulip',
  'terracotta pot', 'watering can', 'pruning shears', 'potting soil', 'fertiliser', 'grow lamp',
  'plant stand', 'hanging basket', 'seed box', 'raised bed', 'garden hose', 'rain barrel',
  'gift card', 'subscription box', 'workshop', 'repotting service', 'delivery pass', 'loyalty card',
  'moss wall', 'terrarium', 'humidifier', 'moisture meter',
];

/** What is asked, as [title, ten ways to ask it]; `*` is the thing. */
const kAsked = [
  ['How much is the *?', ['what does the * cost', 'price of the * please', 'how much do I pay for a *', 'is the * expensive', 'what is the * going for', 'tell me the price of your *', 'cost of one *', 'how many euros for the *', 'can you quote me a *', 'what would a * set me back']],
  ['Is the * in stock?', ['do you have the * right now', 'is the * available', 'when is the * back', 'sold out * when again', 'can I still get a *', 'availability of the *', 'any * left', 'have you got a * in the warehouse', 'is there a waiting list for the *', 'restock date of the *']],
  ['Can I return the *?', ['send the * back', 'I want to return my *', 'refund for the *', 'return policy for a *', 'how do I give the * back', 'my money back for this *', 'is a * excluded from returns', 'label to return the *', 'exchange or return of the *', 'I changed my mind about the *']],
  ['How is the * delivered?', ['delivery of the *', 'how will the * be shipped', 'which parcel service brings the *', 'do you ship the * abroad', 'can the * go by post', 'how is a * packed', 'how long does the * take to arrive', 'express shipping for the *', 'is the * delivered on saturday', 'who brings the * to my door']],
  ['The * arrived damaged', ['my * is broken', 'the * came with a crack', 'damaged * what now', 'the * was crushed in the box', 'complain about a broken *', 'my * has a scratch', 'the * is not whole', 'replace my damaged *', 'the parcel with the * was torn', 'pieces of the * are missing']],
  ['How do I look after the *?', ['care of the *', 'how to take care of a *', 'what does the * need', 'tips for keeping the * well', 'maintenance of the *', 'instructions for my new *', 'keep the * in good shape', 'how should I treat the *', 'guide to the *', 'my * looks sad what can I do']],
  ['How large is the *?', ['size of the *', 'how tall is the *', 'what are the measures of the *', 'how wide is a *', 'height and width of the *', 'does the * fit on a window sill', 'diameter of the *', 'how heavy is the *', 'dimensions of your *', 'is the * the small or the large one']],
  ['Which * is right for beginners?', ['easy * for a novice', 'recommend a * to begin with', 'simplest * you have', 'I know nothing which * should I take', 'first * for a child', 'hard to kill *', 'most forgiving *', 'starter *', 'is the * difficult', '* for somebody without experience']],
  ['Can I cancel my order of the *?', ['cancel the *', 'stop my order of a *', 'I ordered a * by mistake', 'take the * out of my order', 'do not send the *', 'call off the *', 'withdraw from buying the *', 'undo my purchase of the *', 'is it too late to cancel the *', 'I no longer want the *']],
  ['Is there a guarantee on the *?', ['warranty of the *', 'how long is the * guaranteed', 'guarantee for my *', 'what if the * fails after a month', 'claim warranty on a *', 'does the * come with a warranty', 'proof of purchase for the * warranty', 'extended warranty for the *', 'the * died within the guarantee', 'years of guarantee on the *']],
  ['Can the * be a gift?', ['gift wrap the *', 'send the * to somebody else', 'put a card in with the *', 'the * as a present', 'wrap my * nicely', 'no price on the slip with the *', 'surprise a friend with a *', 'birthday present *', 'deliver the * to my mother', 'message on the * for the receiver']],
  ['Are there discounts on the *?', ['voucher for the *', 'is the * on sale', 'code for a cheaper *', 'student discount on a *', 'two for one *', 'reduced *', 'when is the * cheaper', 'special offer on the *', 'quantity discount for the *', 'coupon does not work on the *']],
  ['How do I pay for the *?', ['pay for the * by card', 'instalments for the *', 'buy the * on account', 'paypal for the *', 'payment methods for a *', 'can I pay the * in cash', 'my payment for the * failed', 'charged twice for the *', 'invoice for the *', 'pay the * later']],
  ['Can I pick up the * myself?', ['collect the * in the shop', 'pick up my *', 'is the * to be seen in your store', 'click and collect *', 'opening hours to fetch the *', 'reserve a * for collection', 'where can I pick up the *', 'look at the * before I buy', 'collect somebody else\'s *', 'how long do you keep the * for me']],
  ['Where does the * come from?', ['origin of the *', 'who makes the *', 'is the * organic', 'country of the *', 'is the * made locally', 'who grows your *', 'is the * fair trade', 'sustainably made *', 'where is the * produced', 'do you make the * yourselves']],
  ['Is the * safe for pets?', ['is the * poisonous', 'my cat ate the *', 'toxic * for dogs', '* and small children', 'can a * harm my rabbit', 'pet friendly *', 'is a * dangerous', 'allergy to the *', 'keep the * away from animals', 'harmless *']],
  ['How do I change my order of the *?', ['other colour of the *', 'change the * in my order', 'two instead of one *', 'swap the * for another', 'edit my order with the *', 'I chose the wrong *', 'add a * to my order', 'change the address for the *', 'upgrade my *', 'different size of the * in my order']],
  ['Where is my *?', ['track the *', 'the * has not arrived', 'my * is late', 'where is the parcel with the *', 'waiting for my *', 'when does my * come', 'tracking number of the *', 'the * is lost', 'delivery of my * is overdue', 'status of the * I ordered']],
  ['Do you repair the *?', ['repair of a *', 'fix my *', 'spare parts for the *', 'the * does not work any more', 'who mends a *', 'my * stopped', 'replacement part for the *', 'cost of repairing the *', 'send the * in for repair', 'can the * be rescued']],
  ['Can I buy the * for my company?', ['business account for the *', '* for the office', 'offer for a hundred *', 'wholesale *', 'invoice the * to a company', 'rent a * for an event', 'vat free *', 'bulk order of the *', 'resell the *', 'corporate gifts *']],
  ['Is there a newer *?', ['next model of the *', 'latest *', 'difference between the old and the new *', 'is this * outdated', 'when does the new * come out', 'successor of the *', 'this year\'s *', 'updated *', 'version of the *', 'newest kind of *']],
  ['What is in the box with the *?', ['what comes with the *', 'is a pot included with the *', 'contents of the * parcel', 'does the * include accessories', 'scope of delivery *', 'the * without anything else', 'do I need something else for the *', 'set with the *', 'is the * complete', 'extras with the *']],
  ['How do I clean the *?', ['cleaning the *', 'dust on the *', 'wash the *', 'stains on my *', 'can the * get wet', 'wipe the *', 'which cleaner for the *', 'lime on the *', 'how often must the * be cleaned', 'dirty * what helps']],
  ['Can the * stay outside?', ['the * in winter', 'is the * hardy', 'the * on the balcony', 'frost and the *', 'put the * in the garden', 'rain on the *', 'full sun for the *', 'coldest weather for the *', 'bring the * in', '* on a terrace']],
  ['How do I put the * together?', ['assemble the *', 'manual for the *', 'set up my *', 'screws of the * do not fit', 'how to install the *', 'tools for the *', 'building instructions *', 'mounting the *', 'order of the steps with the *', 'somebody to assemble the *']],
];

/** Entries with `title` and `questions`, at most 1,000. */
export function makeBook(count) {
  const entries = [];
  for (const thing of kThings) {
    for (const [title, questions] of kAsked) {
      const about = (text) => text.replaceAll('*', thing);
      entries.push({ title: about(title), questions: questions.map(about) });
    }
  }
  return entries.slice(0, count);
}
