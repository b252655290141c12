#include "core/answer/wishes.h"

#include <algorithm>
#include <array>

#include "core/answer/words.h"

namespace deskbell {
namespace {

struct Known {
  Wish wish;
  // Phrases, with a bar between each.
  std::string_view phrases;
};

// One line or two a language that the widget speaks. Phrases are short on purpose: whatever stands
// around them, somebody is wanted. None may be what people say of the goods ("human hair", 垃圾桶),
// nor, where words are not told apart, stand across two of them (早くそれ). A phrase behind `=` is
// the whole message.
constexpr char kWhole = '=';
constexpr auto kKnown = std::to_array<Known>({
    // English
    {Wish::person,
     "talk to a human|talk to human|talk to a person|talk to someone|talk to somebody|talk to an "
     "agent|talk to agent|talk with a human|talk with a person|talk with someone|talk with "
     "somebody|talk to a real|talk to a representative|talk to an advisor|talk to an operator|talk "
     "to an assistant|talk to customer service|talk to support|talk to your team|speak to a "
     "human|speak to human|speak to a person|speak to someone|speak to somebody|speak to an "
     "agent|speak with a human|speak with a person|speak with someone|speak with somebody|speak "
     "with an agent|speak to a real|speak to a representative|speak to an operator|speak to a "
     "manager|talk to a manager|speak to an advisor|speak to customer service|speak to "
     "support|chat "
     "with a human|chat with a person|chat with an agent|chat with someone|real person|real "
     "human please|real human being|are you human|human please|=human|=a human|=agent|=person|"
     "=operator|=representative|"
     "=customer service|"
     "human agent|live agent|live person|live chat with|a person please|an "
     "agent please|agent please|operator please|customer service representative|contact a "
     "human|connect me to|connect me with|transfer me to|put me through|need a human|want a "
     "human|get a human|need a person|want a person|not a robot|not a bot|no robot|no bot|stop "
     "bot"},
    {Wish::complaint,
     "complaint|complain|complaining|unacceptable|outrageous|disgusting|ridiculous|scam|scammed|"
     "scammers|fraud|lawyer|sue you|legal action|worst service|worst company|terrible "
     "service|horrible service|this is a joke|useless|fuck|fucking|shit|bullshit|asshole|bastards|"
     "idiots|wtf|fed up|furious"},
    // German
    {Wish::person,
     "mit einem menschen|mit einem mitarbeiter|mit einer mitarbeiterin|mit jemandem sprechen|mit "
     "jemand sprechen|mit jemandem reden|mit einer person|echter mensch|echten menschen|einen "
     "menschen bitte|mensch bitte|mitarbeiter bitte|berater sprechen|kundendienst sprechen|"
     "kundenservice sprechen|persönlich sprechen|kein roboter|kein bot|keinen roboter|keinen bot|"
     "verbinden sie mich|ansprechpartner|=mensch|=mitarbeiter|=kundendienst|=kundenservice"},
    {Wish::complaint,
     "beschwerde|beschweren|unverschämt|unverschämtheit|frechheit|betrug|betrüger|anwalt|unfassbar|"
     "katastrophe|saftladen|scheiße|scheiss|arschloch|sauerei|eine zumutung"},
    // French
    {Wish::person,
     "parler à un humain|parler à une personne|parler à quelqu'un|parler avec quelqu'un|parler à "
     "un "
     "conseiller|parler à un agent|parler avec un conseiller|parler avec un agent|parler à une "
     "vraie personne|une vraie personne|un vrai humain|un humain|conseiller s'il vous "
     "plaît|service "
     "client s'il vous plaît|pas un robot|pas de robot|mettez moi en relation|=humain|=conseiller|"
     "=service client"},
    {Wish::complaint,
     "plainte|porter plainte|réclamation|inadmissible|inacceptable|scandaleux|honteux|arnaque|"
     "arnaqueurs|escroquerie|escrocs|avocat|merde|putain|connard|connards|ras le bol"},
    // Spanish
    {Wish::person,
     "hablar con una persona|hablar con un humano|hablar con alguien|hablar con un agente|hablar "
     "con "
     "un asesor|hablar con un operador|hablar con una operadora|hablar con atención al cliente|"
     "persona real|persona de verdad|un humano|agente por favor|no un robot|no un bot|no quiero un "
     "robot|páseme con|=humano|=persona|=agente|=operador|=asesor"},
    {Wish::complaint,
     "queja|quejarme|reclamación|reclamar|inaceptable|vergüenza|vergonzoso|estafa|estafadores|"
     "fraude|"
     "abogado|denuncia|mierda|joder|cabrones|indignante"},
    // Portuguese
    {Wish::person,
     "falar com uma pessoa|falar com um humano|falar com alguém|falar com um atendente|falar com "
     "atendente|falar com um agente|falar com um operador|pessoa real|pessoa de verdade|um humano|"
     "atendente por favor|atendimento humano|não um robô|sem robô|=humano|=pessoa|"
     "=atendente"},
    {Wish::complaint,
     "reclamação|reclamar|queixa|inaceitável|vergonha|golpe|fraude|advogado|procon|merda|porra|"
     "absurdo|palhaçada|caralho"},
    // Russian
    {Wish::person,
     "поговорить с человеком|говорить с человеком|позовите человека|живой человек|живым человеком|"
     "живого человека|с оператором|оператора|позовите оператора|оператор|соедините с|с менеджером|"
     "позовите менеджера|со специалистом|не робот|не бот|не с роботом|не с ботом|=человек|"
     "=человека"},
    {Wish::complaint,
     "жалоба|жалобу|пожаловаться|безобразие|возмутительно|мошенники|мошенничество|обман|обманули|"
     "адвокат|в суд|дерьмо|хамство|издевательство|черт|блядь|сука"},
    // Arabic
    {Wish::person,
     "التحدث مع شخص|التحدث إلى شخص|اتحدث مع شخص|أتكلم مع شخص|التكلم مع شخص|التحدث مع موظف|التحدث "
     "إلى "
     "موظف|اتكلم مع موظف|أريد موظف|شخص حقيقي|إنسان حقيقي|خدمة العملاء من فضلك|ممثل خدمة|ليس "
     "روبوت|لا "
     "أريد روبوت|حولني إلى|وكيل من فضلك|=موظف|=إنسان|=خدمة العملاء"},
    {Wish::complaint,
     "شكوى|أشتكي|اشتكي|غير مقبول|فضيحة|نصب|نصابين|احتيال|محامي|محتالون|عيب عليكم|زفت|قرف"},
    // Hebrew
    {Wish::person,
     "לדבר עם נציג|לדבר עם אדם|לדבר עם בן אדם|לדבר עם מישהו|נציג אנושי|נציג בבקשה|אדם אמיתי|בן אדם "
     "אמיתי|שירות לקוחות בבקשה|לא רובוט|לא בוט|תעבירו אותי|נציג שירות|=נציג|=בן אדם"},
    {Wish::complaint, "תלונה|להתלונן|שערורייה|לא מקובל|הונאה|רמאים|נוכלים|עורך דין|בושה|חרא|מגעיל"},
    // Hindi
    {Wish::person,
     "इंसान से बात|व्यक्ति से बात|किसी से बात|एजेंट से बात|असली इंसान|असली व्यक्ति|ग्राहक सेवा से बात|मनुष्य से बात|"
     "रोबोट नहीं|बॉट नहीं|प्रतिनिधि से बात|=एजेंट|=इंसान"},
    {Wish::complaint, "शिकायत|धोखा|धोखाधड़ी|वकील|बकवास|अस्वीकार्य|ठगी|घटिया"},
    // Japanese
    {Wish::person,
     "人と話|人間と話|担当者と話|担当者につな|担当者に代|オペレーター|オペレータ|スタッフと話|"
     "有人対応|有人チャット|有人サポート|=有人|=担当者|人に代わ|人につな|ロボットじゃな|"
     "ボットじゃな|直接話"},
    {Wish::complaint,
     "苦情|クレーム|ふざけ|詐欺|弁護士|最悪|許せな|いい加減にし|ひどすぎ|消費者センター|クソ野郎|クソ対応|"
     "クソサービス|クソみたい|くそったれ|くそ野郎"},
    // Chinese, both scripts
    {Wish::person,
     "转人工|人工客服|人工服务|真人客服|真人服务|真人回复|找真人|转真人|是真人吗|有人吗|有人在吗|=人工|=真人|"
     "=客服|找客服|找人工|要人工|转客服|和人说|跟人说|跟人聊|和人聊|叫客服|"
     "人工在吗|客服在吗|不要机器人|"
     "轉人工|人工服務|真人客服|真人服務|真人回覆|轉真人|是真人嗎|有人嗎|有人在嗎|找客服|找人工|要人工|轉客服|和人說|跟人說|跟人聊|叫客服|專員|"
     "专员|不要機器人"},
    {Wish::complaint,
     "投诉|骗子|骗人|诈骗|律师|消协|垃圾客服|垃圾公司|垃圾平台|垃圾商家|垃圾店|垃圾服务|太垃圾|真垃圾|什么垃圾|=垃圾|"
     "太差|气死|坑人|他妈|妈的|操你|傻逼|投訴|騙子|騙人|詐騙|"
     "律師|消保|垃圾服務|什麼垃圾|氣死|坑人|他媽"},
});

/// " talk to a human " for words; runs without spaces as they are.
std::u32string spelled(std::string_view text) {
  std::u32string letters = U" ";
  for (const Word& word : words_of(text)) letters += word.letters + U" ";
  return letters;
}

bool is_unspaced(std::string_view text) {
  const std::vector<Word> words = words_of(text);
  return !words.empty() &&
         std::all_of(words.begin(), words.end(), [](const Word& word) { return word.unspaced; });
}

}  // namespace

std::string_view to_string(Wish wish) {
  constexpr std::array<std::string_view, 4> kNames = {"", "person", "complaint", "site"};
  return kNames[static_cast<std::size_t>(wish)];
}

Wishes::Wishes(const std::vector<std::string>& own) {
  for (const Known& known : kKnown) {
    for (std::string_view rest = known.phrases; !rest.empty();) {
      const std::string_view phrase = rest.substr(0, rest.find('|'));
      add(phrase, known.wish);
      rest.remove_prefix(std::min(rest.size(), phrase.size() + 1));
    }
  }
  for (const std::string& phrase : own) add(phrase, Wish::site);
}

void Wishes::add(std::string_view phrase, Wish wish) {
  const bool whole = phrase.starts_with(kWhole);
  std::u32string letters = spelled(phrase);
  if (letters.size() < 3) return;  // no letter in it
  // Where words are not told apart, the phrase may stand anywhere in a run.
  if (!whole && is_unspaced(phrase)) letters = letters.substr(1, letters.size() - 2);
  phrases_.push_back({std::move(letters), wish, whole});
}

Wish Wishes::in(std::string_view message) const {
  const std::u32string letters = spelled(message);
  Wish heard = Wish::none;
  for (const Phrase& phrase : phrases_) {
    if (heard != Wish::none && heard <= phrase.wish) continue;
    const bool said = phrase.whole ? letters == phrase.letters
                                   : letters.find(phrase.letters) != std::u32string::npos;
    if (said) heard = phrase.wish;
  }
  return heard;
}

}  // namespace deskbell
