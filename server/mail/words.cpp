#include "server/mail/words.h"

#include <algorithm>
#include <array>

#include "core/base/ascii.h"

namespace deskbell {
namespace {

// The widget's languages; English first.
constexpr std::array<MailWords, 12> kWords = {{
    {"en", false, "Your conversation with {site}",
     "This is your conversation with {site}, as it was asked for in the chat. If you did not ask "
     "for "
     "it, you need not do anything.",
     "You", "Customer care", "Earlier messages are left out."},
    {"ar", true, "محادثتك مع {site}",
     "هذه محادثتك مع {site} كما طُلبت في الدردشة. إذا لم تطلبها فلا داعي لفعل أي شيء.", "أنت",
     "خدمة العملاء", "حُذفت الرسائل الأقدم."},
    {"de", false, "Ihre Unterhaltung mit {site}",
     "Dies ist Ihre Unterhaltung mit {site}, wie im Chat gewünscht. Wenn Sie nicht darum gebeten "
     "haben, müssen Sie nichts tun.",
     "Sie", "Kundenservice", "Frühere Nachrichten sind weggelassen."},
    {"es", false, "Su conversación con {site}",
     "Esta es su conversación con {site}, tal como se pidió en el chat. Si no la pidió usted, no "
     "tiene que hacer nada.",
     "Usted", "Atención al cliente", "Se han omitido los mensajes anteriores."},
    {"fr", false, "Votre conversation avec {site}",
     "Voici votre conversation avec {site}, demandée dans le chat. Si vous ne l’avez pas demandée, "
     "vous n’avez rien à faire.",
     "Vous", "Service client", "Les messages plus anciens sont omis."},
    {"he", true, "השיחה שלך עם {site}",
     "זו השיחה שלך עם {site}, כפי שהתבקשה בצ׳אט. אם לא ביקשת אותה, אין צורך לעשות דבר.", "את/ה",
     "שירות לקוחות", "הודעות מוקדמות יותר הושמטו."},
    {"hi", false, "{site} के साथ आपकी बातचीत",
     "यह {site} के साथ आपकी बातचीत है, जैसा चैट में माँगा गया था। अगर आपने इसे नहीं माँगा, तो आपको कुछ करने की "
     "ज़रूरत नहीं है।",
     "आप", "ग्राहक सेवा", "पहले के संदेश छोड़ दिए गए हैं।"},
    {"ja", false, "{site} との会話",
     "チャットでご依頼いただいた、{site} "
     "との会話です。お心当たりがない場合は、何もしていただく必要はありません。",
     "お客様", "カスタマーサポート", "以前のメッセージは省略されています。"},
    {"pt", false, "Sua conversa com {site}",
     "Esta é a sua conversa com {site}, como foi pedida no chat. Se você não a pediu, não precisa "
     "fazer nada.",
     "Você", "Atendimento ao cliente", "As mensagens anteriores foram omitidas."},
    {"ru", false, "Ваша беседа с {site}",
     "Это ваша беседа с {site}, запрошенная в чате. Если вы её не запрашивали, ничего делать не "
     "нужно.",
     "Вы", "Служба поддержки", "Более ранние сообщения опущены."},
    {"zh-CN", false, "您与 {site} 的对话",
     "这是您在聊天中索取的与 {site} 的对话。如果不是您本人索取，则无需任何操作。", "您", "客户服务",
     "较早的消息已省略。"},
    {"zh-TW", false, "您與 {site} 的對話",
     "這是您在聊天中索取的與 {site} 的對話。如果不是您本人索取，則無須任何動作。", "您", "客戶服務",
     "較早的訊息已省略。"},
}};

}  // namespace

const MailWords& mail_words(std::string_view language) {
  const std::string tag = ascii_lower(language);
  std::string base = main_language(tag);
  if (base == "zh") {
    const auto has = [&](const char* part) { return tag.find(part, 2) != std::string::npos; };
    base = has("hant") || has("tw") || has("hk") || has("mo") ? "zh-tw" : "zh-cn";
  }
  const auto found = std::find_if(kWords.begin(), kWords.end(), [&](const MailWords& words) {
    return ascii_lower(words.language) == base;
  });
  return found == kWords.end() ? kWords.front() : *found;
}

std::string in_words(std::string_view sentence, std::string_view site) {
  static constexpr std::string_view kHole = "{site}";
  std::string text(sentence);
  if (const std::size_t hole = text.find(kHole); hole != std::string::npos)
    text.replace(hole, kHole.size(), site);
  return text;
}

}  // namespace deskbell
