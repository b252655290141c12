/**
 * The demo shop's canned answers: what was written for it, and which real questions each answers.
 *
 * `questions` names the sets and labels that an answer's example questions are taken from; `like`
 * narrows a label that covers more than the answer does, `unlike` leaves some out. The texts are
 * the shop's own. An answer without `questions` has keywords of the shop's own, too.
 */

const curekart = (label, like) => ({ set: 'hint3_curekart', label, like });
const sofmattress = (label, like) => ({ set: 'hint3_sofmattress', label, like });
const banking = (label, like) => ({ set: 'banking77', label, like });

export const answers = [
  // Orders and parcels
  {
    key: 'order-status',
    title: 'Where is my order?',
    text: 'Hello {{customer.name|there}}, I am looking up where your order is. Could you give me the order number? It has five digits and stands in the e-mail that confirmed your order. You can also see how far it is under "Order status" on our page.',
    questions: [curekart('ORDER_STATUS', /track|where|status/i), sofmattress('ORDER_STATUS')],
    unlike: /you live|related|arrive/i,
    keywords: ['where my order is now', 'where is my parcel'],
  },
  {
    key: 'order-arrival',
    title: 'When will my parcel arrive?',
    text: 'Plants leave our greenhouse on the day after your order and are at your door the day after that. On the morning of delivery you get an e-mail with a window of two hours. Tell us your order number, {{customer.name|please}}, and we look up the day for you.',
    questions: [curekart('ORDER_STATUS', /when|how many days|how much more/i)],
  },
  {
    key: 'delivery-delay',
    title: 'My parcel is late',
    text: 'I am sorry that you are still waiting, {{customer.name|dear customer}}. Please send me your order number; I will ask the carrier where the parcel is and write to you today. A plant that has been on its way for more than five days is replaced, whatever it looks like when it arrives.',
    questions: [curekart('DELAY_IN_PARCEL'), sofmattress('DELAY_IN_DELIVERY')],
  },
  {
    key: 'delivery-area',
    title: 'Do you deliver to my address?',
    text: 'We deliver to every address that the parcel service reaches, islands included. Type your postcode in the basket: if we can only deliver on certain days there, it says so before you pay.',
    questions: [curekart('CHECK_PINCODE'), sofmattress('CHECK_PINCODE')],
    unlike: /product service/i,
  },
  {
    key: 'delivery-abroad',
    title: 'Delivery abroad',
    text: 'We deliver to the countries of the European Union and to Switzerland. Live plants need a plant passport or a phytosanitary certificate at other borders, and we do not have the papers for those yet.',
    questions: [curekart('INTERNATIONAL_SHIPPING'), banking('country_support', /EU|countries/)],
    unlike: /card/i,
  },
  {
    key: 'delivery-costs',
    title: 'What does delivery cost?',
    text: 'Delivery costs €4.90, and nothing for orders of €40 or more. It takes two days. We do not ship into frost: if it freezes where you live, your order waits in the greenhouse and we tell you so.',
    keywords: ['delivery cost', 'shipping fee', 'free delivery', 'postage', 'how much is shipping'],
  },
  {
    key: 'delivery-express',
    title: 'Can it come sooner?',
    text: 'Two days is as fast as we can do it: each plant is watered, left to drain and packed by hand. If you need it for a birthday, write us the date and we will say honestly whether it can be done.',
    questions: [curekart('ORDER_STATUS', /early/i), banking('card_delivery_estimate', /express|expedite/i)],
    unlike: /card/i,
    keywords: ['faster delivery', 'urgent', 'for a birthday'],
  },
  {
    key: 'change-address',
    title: 'Change the delivery address',
    text: 'As long as the parcel has not left the greenhouse we can send it elsewhere. Please write your order number and the new address here. Once it is on its way you can still redirect it to a parcel shop with the link in the carrier\'s e-mail.',
    questions: [curekart('MODIFY_ADDRESS'), banking('edit_personal_details', /address/i)],
  },
  {
    key: 'cancel-order',
    title: 'Cancel an order',
    text: 'Of course, {{customer.name|no problem}}. Send me the order number: if it has not been packed yet, I cancel it at once and your money goes back the same day. If it is on its way already, simply refuse the parcel at the door.',
    questions: [curekart('CANCEL_ORDER'), sofmattress('CANCEL_ORDER'), banking('request_refund', /cancel/i)],
  },
  {
    key: 'order-problem',
    title: 'A question about my order',
    text: 'Gladly, {{customer.name|just ask}}. Tell me your order number and what it is about, and I will have it in front of me when I answer.',
    questions: [curekart('ORDER_QUERY')],
  },
  {
    key: 'place-order',
    title: 'How do I order?',
    text: 'Put the plants into the basket with "Add", open the basket at the top of the page, enter your address and choose how to pay. You need no account. A confirmation with your order number arrives by e-mail within a minute; if not, look into the spam folder or write to us.',
    questions: [curekart('ORDER_TAKING', /order/i)],
    unlike: /cash|cod|prepaid/i,
  },
  {
    key: 'parcel-lost',
    title: 'The parcel says delivered, but I do not have it',
    text: 'Please look on the delivery note first: the carrier may have left it with a neighbour or in a parcel shop. If it is nowhere, send me your order number. We send the same plants again and sort out the rest with the carrier ourselves.',
    questions: [banking('request_refund', /never received|not received|haven't received/i)],
    keywords: ['delivered but not here', 'parcel missing', 'left with neighbour'],
  },
  {
    key: 'wrong-item',
    title: 'I was sent the wrong plant',
    text: 'That is our mistake, {{customer.name|and I am sorry}}. Send a photo of what arrived and your order number. The right plant leaves tomorrow, and you may keep the other one or give it to somebody who has room for it.',
    questions: [curekart('REFUNDS_RETURNS_REPLACEMENTS', /wrong item|completely different|did not order/i)],
    unlike: /ordered wrong/i,
  },
  {
    key: 'missing-item',
    title: 'Something is missing from my parcel',
    text: 'Sometimes an order travels in two parcels; the confirmation says so. If yours was only one, tell me your order number and what is missing, and we send it at once.',
    questions: [curekart('REFUNDS_RETURNS_REPLACEMENTS', /missing/i)],
    keywords: ['missing plant', 'incomplete order', 'two parcels'],
  },

  // Returns, replacements, refunds
  {
    key: 'replacement',
    title: 'My plant arrived unwell',
    text: 'I am sorry, {{customer.name|that should not happen}}. A plant that arrives unwell is replaced. Send us a photo of the whole plant and one of the damage within a week, together with your order number; you need not send the plant back. Please keep it out of direct sun until we have looked at the photos.',
    questions: [curekart('REFUNDS_RETURNS_REPLACEMENTS', /replac|bad quality|tampered/i)],
    unlike: /refund/i,
  },
  {
    key: 'return-policy',
    title: 'How do returns work?',
    text: 'Pots and tools can come back within 30 days, unused. Living plants do not travel well twice: if one does not suit you, write to us within a week and we find a solution, most often a voucher and a happy neighbour.',
    questions: [curekart('REFUNDS_RETURNS_REPLACEMENTS', /return/i), sofmattress('RETURN_EXCHANGE', /return|exchange/i)],
    unlike: /refund|u returned/i,
  },
  {
    key: 'refund-request',
    title: 'I want my money back',
    text: 'Please give me your order number and a line about what is wrong, {{customer.name|and I will see to it}}. A refund goes back the way you paid and is started the same day.',
    questions: [curekart('REFUNDS_RETURNS_REPLACEMENTS', /money back|refund my|get a refund/i), sofmattress('RETURN_EXCHANGE', /refund|money/i), banking('request_refund', /refund/i)],
    unlike: /merchant/i,
  },
  {
    key: 'refund-status',
    title: 'Where is my refund?',
    text: 'We start a refund on the day we confirm it. Cards and banks need three to five working days to show it; PayPal shows it at once. If it has been longer, send me your order number and I will give you the reference your bank can search for.',
    questions: [curekart('REFUNDS_RETURNS_REPLACEMENTS', /refund (status|not)|where is my refund|received my refund/i), banking('Refund_not_showing_up')],
  },
  {
    key: 'plant-guarantee',
    title: 'Is there a guarantee on plants?',
    text: 'Thirty days: if a plant dies on you within a month although you looked after it, write to us with a photo and we send another. Pots and tools carry the two years that the law gives you.',
    questions: [sofmattress('WARRANTY')],
  },
  {
    key: 'try-first',
    title: 'Can I try a plant first?',
    text: 'In a way: order it, and if it does not fit the room, bring or send it back in its pot within two weeks. You pay the postage, we refund the price of every plant that comes back healthy.',
    questions: [sofmattress('100_NIGHT_TRIAL_OFFER', /trial/i)],
    unlike: /100/i,
  },

  // Paying
  {
    key: 'payment-methods',
    title: 'How can I pay?',
    text: 'By card (Visa, Mastercard, American Express), PayPal, bank transfer, or on invoice from your second order on. All prices are in euros, VAT included.',
    questions: [curekart('MODES_OF_PAYMENTS'), banking('supported_cards_and_currencies', /forms of payment|accept|cards and currencies/i)],
    unlike: /add money|top|adding|can't/i,
  },
  {
    key: 'cash-on-delivery',
    title: 'Cash on delivery',
    text: 'We do not offer cash on delivery: our parcels are handed over by people who should not have to carry money. From your second order on you may pay on invoice, within 14 days of receiving your plants.',
    questions: [curekart('ORDER_TAKING', /cash|cod/i), sofmattress('COD')],
  },
  {
    key: 'instalments',
    title: 'Can I pay in instalments?',
    text: 'For orders of €150 or more PayPal offers three interest-free instalments; you choose it while paying. We ourselves do not lend money.',
    questions: [sofmattress('EMI')],
    unlike: /paisa/i,
  },
  {
    key: 'payment-declined',
    title: 'My card was declined',
    text: 'Then nothing was charged, and your basket is still there. Most often the bank wants you to confirm the payment in its app: please try once more and keep the app open. If it fails again, PayPal or a bank transfer will get your plants on their way.',
    questions: [banking('declined_card_payment')],
    unlike: /store|meal|out today|went out/i,
  },
  {
    key: 'payment-pending',
    title: 'My payment is still pending',
    text: 'That is the usual state until your parcel leaves: we reserve the sum when you order and charge it when we pack. If it still says pending three days after delivery, write to us.',
    questions: [banking('pending_card_payment')],
  },
  {
    key: 'charged-twice',
    title: 'I was charged twice',
    text: 'That looks worse than it is, {{customer.name|I hope}}: a second line is usually a reservation that disappears within five days. Send me your order number and the two dates and I will check that only one of them was really charged.',
    questions: [banking('transaction_charged_twice')],
    unlike: /restaurant|meal/i,
  },
  {
    key: 'charged-no-order',
    title: 'Money was taken, but there is no order',
    text: 'I am sorry for the fright. Please tell me the e-mail address you ordered with, the sum and the day. If the payment arrived here without an order I book the order by hand or send the money back, as you like.',
    questions: [curekart('PAYMENT_AND_BILL', /deducted|debited/i), banking('reverted_card_payment?', /don't see|deducted|reverted/i)],
  },
  {
    key: 'unknown-charge',
    title: 'I do not recognise a charge from you',
    text: 'Our charges read "FERN+OAK GREENHOUSE". If you did not order from us, somebody may have used your card: please have your bank block it, and give me the date and the sum so that I can stop the parcel.',
    questions: [banking('card_payment_not_recognised')],
    unlike: /app/i,
  },
  {
    key: 'invoice',
    title: 'I need an invoice',
    text: 'The invoice comes by e-mail when the parcel leaves. I can send it again, or with your company\'s name and VAT number on it: your order number is enough, {{customer.name|thank you}}.',
    questions: [curekart('PAYMENT_AND_BILL', /bill|invoice/i)],
    unlike: /payment/i,
  },
  {
    key: 'discounts',
    title: 'Offers and discounts',
    text: 'Three plants or more: ten per cent off, taken in the basket by itself. On Fridays we sell what has outgrown the greenhouse, cheap and first come first served. There are no codes to hunt for.',
    questions: [sofmattress('OFFERS')],
  },
  {
    key: 'prices',
    title: 'What do the plants cost?',
    text: 'This week: Boston fern €18, Monstera €34, snake plant €22, rubber fig €29, oak sapling €16, a pair of clay pots €12. The price on the page always holds.',
    questions: [sofmattress('MATTRESS_COST', /price|cost/i)],
  },
  {
    key: 'refer-a-friend',
    title: 'Recommend us to a friend',
    text: 'Thank you! Every confirmation e-mail has a link to pass on: your friend gets €5 off the first order, and you get €5 when it has arrived. If an amount is missing, tell us your friend\'s order number.',
    questions: [curekart('REFER_EARN')],
  },

  // Account
  {
    key: 'sign-up',
    title: 'Do I need an account?',
    text: 'No. You can order as a guest. An account remembers your addresses and your plants, and reminds you of watering if you want that; "Sign up" stands at the end of the order.',
    questions: [curekart('SIGN_UP')],
  },
  {
    key: 'password',
    title: 'I forgot my password',
    text: 'Click "Forgot your password?" below the sign-in form. The link that we send you works for one hour. If no e-mail comes, you may have ordered as a guest, and there is no password to remember.',
    questions: [banking('passcode_forgotten', /password|reset/i)],
    unlike: /app/i,
  },
  {
    key: 'edit-details',
    title: 'Change my details',
    text: 'Sign in and open "My details" to change name, e-mail and addresses. Orders that are already packed keep the old address; for those, write to us.',
    questions: [banking('edit_personal_details', /details|name/i)],
    unlike: /identity|address/i,
  },
  {
    key: 'delete-account',
    title: 'Delete my account',
    text: 'We are sorry to see you go, {{customer.name|and thank you for having been here}}. I can delete the account right away; invoices we have to keep for ten years, everything else is gone. Shall I?',
    questions: [banking('terminate_account')],
  },
  {
    key: 'page-problem',
    title: 'The page does not work for me',
    text: 'Sorry about that. Please reload the page once; the basket is kept. If it is still empty or a button does nothing, tell us which device and browser you use and what you see. We can take your order here in the chat, too.',
    questions: [curekart('PORTAL_ISSUE')],
  },

  // The shop
  {
    key: 'opening-hours',
    title: 'When are you there?',
    text: 'People answer here Monday to Saturday, 8 to 18 o\'clock. Write at any time: what you send is kept, and we answer in the morning.',
    questions: [curekart('CALL_CENTER', /time|open|hours|call/i)],
  },
  {
    key: 'talk-to-a-person',
    title: 'I would like to talk to a person',
    text: 'You are talking to one, {{customer.name|hello}}! I am {{agent.name|one of the gardeners}}. What can I do for you?',
    questions: [curekart('CHAT_WITH_AGENT', /agent|human|someone|assist|support/i), sofmattress('LEAD_GEN', /agent|touch/i)],
  },
  {
    key: 'call-back',
    title: 'Please call me back',
    text: 'Gladly. Write us your number and when it suits you, Monday to Saturday between 9 and 17 o\'clock, and one of the gardeners will call.',
    questions: [sofmattress('LEAD_GEN', /call/i)],
  },
  {
    key: 'visit',
    title: 'Can I visit the shop?',
    text: 'Yes: the greenhouse is open to visitors on Saturdays from 9 to 14 o\'clock. You can also collect an order there; choose "Collect" instead of an address.',
    questions: [curekart('STORE_INFORMATION'), sofmattress('DISTRIBUTORS', /see the product|showroom|shop/i)],
    unlike: /delhi|mumbai|pune|price/i,
  },
  {
    key: 'about-us',
    title: 'Who is Fern & Oak?',
    text: 'A family nursery with one greenhouse and nine people. We grow what we sell, pack by hand and answer ourselves. Plants leave us when they are strong enough, not when the calendar says so.',
    questions: [sofmattress('ABOUT_SOF_MATTRESS')],
    keywords: ['who are you', 'about the shop', 'nursery', 'greenhouse', 'family business'],
  },
  {
    key: 'resellers',
    title: 'I would like to sell your plants',
    text: 'How nice. We supply a few florists within a day\'s drive. Please write where your shop is and what you would like to sell; our grower answers such letters on Mondays.',
    questions: [curekart('FRANCHISE'), sofmattress('DISTRIBUTORS', /distributor|retailer/i)],
    unlike: /mumbai|pune|delhi|price/i,
  },
  {
    key: 'genuine',
    title: 'Where do your plants come from?',
    text: 'From our own greenhouse. Each pot carries a plant passport with the lot it was sown or cut in, so that you can ask us about its mother plant. We do not buy in and we take nothing from the wild.',
    questions: [curekart('ORIGINAL_PRODUCT', /original|genuine|authentic/i)],
  },
  {
    key: 'products',
    title: 'What do you sell?',
    text: 'House plants that forgive, saplings for the garden, clay pots, and the soil to go with them. What is ready this week stands under "Plants"; what is not there yet, we can reserve for you.',
    questions: [curekart('RECOMMEND_PRODUCT', /all the products you|kinds of products|new product/i), sofmattress('PRODUCT_VARIANTS', /products|variants/i)],
  },
  {
    key: 'which-plant',
    title: 'Which plant should I choose?',
    text: 'Three questions, {{customer.name|and I can say}}: how far is the place from the window, how often are you away, and do a cat or small children live with you? As a start: dark corner, snake plant; bright room, Monstera; damp bathroom, Boston fern.',
    questions: [curekart('RECOMMEND_PRODUCT', /confused|recommend a product|suggest me some products/i), sofmattress('COMPARISON', /difference|comparison|which/i)],
    unlike: /gain|ergo/i,
  },
  {
    key: 'which-size',
    title: 'Which size of pot or plant?',
    text: 'A pot should be two fingers wider than the root ball, no more: roots drown in too much wet soil. Measure the old pot across its rim and add three centimetres. If you send a photo with a cup beside the plant, we measure for you.',
    questions: [sofmattress('WHAT_SIZE_TO_ORDER', /size/i)],
    unlike: /bed/i,
  },
  {
    key: 'made-to-measure',
    title: 'Do you make pots and planters to measure?',
    text: 'Our potter makes planters to measure, from 20 to 90 centimetres wide. It takes four weeks, and a piece that was made for you cannot be returned. Send us the measures and we write you a price.',
    questions: [sofmattress('SIZE_CUSTOMIZATION')],
  },
  {
    key: 'best-before',
    title: 'How long do seeds and plant food keep?',
    text: 'The date stands on the bottom of the bag. Seeds keep two years in a dry, dark place, plant food three. If something reached you past its date, send a photo and we replace it.',
    questions: [curekart('EXPIRY_DATE')],
  },
  {
    key: 'safe-for-pets',
    title: 'Is the plant poisonous?',
    text: 'Safe for cats, dogs and children: Boston fern. Not to be chewed: Monstera, snake plant and rubber fig; their sap irritates. If somebody has eaten some of it, call a doctor or vet first and us afterwards.',
    questions: [curekart('SIDE_EFFECT')],
    keywords: ['poisonous', 'toxic', 'cats', 'dogs', 'pets', 'children', 'safe'],
  },

  // Care: what plant shops are asked and no set of questions has
  {
    key: 'care-watering',
    title: 'How often should I water?',
    text: 'Most plants drown. Put a finger two centimetres into the soil: if it is damp, wait; if it is dry, water until it runs out below, and pour away what stands in the saucer after ten minutes. Ferns are the exception, they never want to be quite dry.',
    keywords: ['watering', 'how much water', 'dry soil', 'overwatered', 'drooping'],
  },
  {
    key: 'care-brown-leaves',
    title: 'My plant has brown or yellow leaves',
    text: 'Brown, crisp tips: the air is too dry or the last watering too long ago. Yellow, soft leaves: too much water. One yellow leaf at the bottom now and then is old age. Send us a photo, {{customer.name|please}}, with the window in the picture, and we can tell you more.',
    keywords: ['brown tips', 'yellow leaves', 'leaf turns brown', 'sick plant', 'spots'],
  },

  // For the team
  {
    key: 'team-complaint',
    title: 'Procedure: an angry customer',
    text: '1. Answer within ten minutes, with the name: "{{customer.name}}, I understand that you are angry."\n2. Say what went wrong in one sentence, without "but".\n3. Offer a replacement or the money back, the customer\'s choice, up to €60 without asking anybody.\n4. Add a note with the order number and what was promised.',
    questions: [curekart('CHAT_WITH_AGENT', /complaint|slow|fraud/i)],
    scope: 'team',
  },
  {
    key: 'team-replacement',
    title: 'Procedure: replace a plant',
    text: '1. Two photos (whole plant, damage) and the order number. Ask once, then believe.\n2. Over €60: ask the grower on duty. Below: decide yourself.\n3. Book the replacement with reason "transport" or "quality"; the greenhouse packs it first thing next morning.\n4. Tell the customer the new delivery day. The old plant stays with them.',
    keywords: ['replace plant', 'damaged in transport', 'photos', 'quality claim', 'booking reason'],
    scope: 'team',
  },
  {
    key: 'team-refund',
    title: 'Procedure: refunds',
    text: '1. Look up the order; a refund goes back the way it was paid, never to another account.\n2. Up to €60 do it yourself, beyond that the office does it the same day.\n3. Write the payment reference into a note: customers ask for it when the bank is slow.\n4. Twice within a year for the same customer: speak with the office before promising anything.',
    keywords: ['refund limit', 'who may refund', 'payment reference', 'office'],
    scope: 'team',
  },
  {
    key: 'team-frost',
    title: 'Procedure: frost hold',
    text: 'Below 2 °C at the delivery address nothing green leaves the house. The order gets the mark "frost"; write to the customer on the first day, then every third. After ten days offer to cancel without cost. Pots and tools may travel ahead, if the customer wants that.',
    keywords: ['frost', 'cold weather', 'shipping stopped', 'winter', 'hold order'],
    scope: 'team',
  },
  {
    key: 'team-fraud',
    title: 'Procedure: a charge nobody recognises',
    text: '1. Never read out or confirm card data or addresses in the chat.\n2. Ask for date and sum only; search the order; stop the parcel if it has not left.\n3. Send {{customer.name|the customer}} to their bank to block the card.\n4. Note and assign to the office. They file the report.',
    questions: [banking('compromised_card', /stolen|someone|somebody|used|fraud/i)],
    scope: 'team',
  },
  {
    key: 'team-data-request',
    title: 'Procedure: "What do you know about me?"',
    text: 'A request for data or deletion must be answered within 30 days. Check that the e-mail address in the chat is the one of the orders; if not, ask them to write from that one. Assign to the office with the note "data request" and today\'s date. Promise nothing about invoices: those stay ten years.',
    keywords: ['privacy', 'personal data', 'GDPR', 'delete my data', 'data request'],
    scope: 'team',
  },
  {
    key: 'team-handover',
    title: 'Procedure: end of shift',
    text: 'Nothing stays assigned to somebody who has gone home. Resolve what is answered. For the rest: a note with what you promised and by when, then assign to nobody. Plants that must leave tomorrow go on the greenhouse list before 17 o\'clock.',
    keywords: ['shift', 'handover', 'open conversations', 'going home', 'assign to nobody'],
    scope: 'team',
  },
];
