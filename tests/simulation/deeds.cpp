#include "tests/simulation/deeds.h"

#include "core/store/database.h"
#include "core/view/views.h"

namespace deskbell::test {
namespace {

std::optional<Deed> think_of_refused(Views& views, SeededRandom& random) {
  const auto refused = views.refused();
  if (refused.empty() || !random.chance(40)) return std::nullopt;
  const DeedKind kind = random.chance(60) ? DeedKind::resend : DeedKind::discard;
  return Deed{kind, "", refused[random.below(refused.size())].id, "", 0};
}

std::optional<Deed> think_as_customer(Views& views, SeededRandom& random, const std::string& text) {
  const auto conversations = views.conversations(10);
  const auto choice = random.below(10);
  if (choice == 0) return Deed{DeedKind::rename, "", "", "Name of " + text, 0};
  if (choice < 3 && !conversations.empty())
    return Deed{DeedKind::read, conversations[random.below(conversations.size())].id, "", "", 0};
  if (choice == 3 && !conversations.empty() && conversations.front().survey.open)
    return Deed{DeedKind::answer_survey, conversations.front().id, "", text,
                1 + static_cast<int>(random.below(5))};
  if (choice == 4 && !conversations.empty() && random.chance(30))
    return Deed{DeedKind::ask_transcript, conversations.front().id, "", "", 0};
  return Deed{DeedKind::write, "", "", text, 0};
}

std::optional<Deed> think_as_agent(Views& views, const Actor& person, SeededRandom& random,
                                   const std::string& text) {
  const auto conversations = views.conversations(10);
  const auto choice = random.below(12);
  if (choice == 0) {
    if (random.chance(20)) return Deed{DeedKind::publish_own, "", person.id, text, 0};
    const DeedKind kind = random.chance(25) ? DeedKind::guide : DeedKind::publish;
    return Deed{kind, "", "0193b000-0000-7000-8000-00000000000" + std::to_string(random.below(4)),
                text, 0};
  }
  if (conversations.empty()) return std::nullopt;
  const std::string& id = conversations[random.below(conversations.size())].id;
  switch (choice) {
    case 1:
      return Deed{DeedKind::note, id, "", text, 0};
    case 2:
      return Deed{DeedKind::resolve, id, "", "", 0};
    case 3:
      return Deed{DeedKind::reopen, id, "", "", 0};
    case 4:
      return Deed{DeedKind::assign, id, random.chance(80) ? person.id : "", "", 0};
    case 5:
    case 6:
    case 7:
      return Deed{DeedKind::read, id, "", "", 0};
    default:
      return Deed{DeedKind::write, id, "", text, 0};
  }
}

}  // namespace

std::optional<Deed> think_of_deed(Database& store, const Actor& person, SeededRandom random,
                                  const std::string& text) {
  Views views(store, person);
  if (auto deed = think_of_refused(views, random)) return deed;
  return person.kind == ActorKind::customer ? think_as_customer(views, random, text)
                                            : think_as_agent(views, person, random, text);
}

std::string describe(const Deed& deed) {
  switch (deed.kind) {
    case DeedKind::write:
      return "writes \"" + deed.text + "\"";
    case DeedKind::read:
      return "reads a conversation";
    case DeedKind::rename:
      return "says who he is";
    case DeedKind::answer_survey:
      return "answers the survey with " + std::to_string(deed.stars) + " stars";
    case DeedKind::ask_transcript:
      return "asks for a conversation by e-mail";
    case DeedKind::note:
      return "notes \"" + deed.text + "\"";
    case DeedKind::assign:
      return deed.target.empty() ? "gives a conversation back" : "takes a conversation";
    case DeedKind::resolve:
      return "resolves a conversation";
    case DeedKind::reopen:
      return "reopens a conversation";
    case DeedKind::publish:
      return "publishes a canned answer";
    case DeedKind::publish_own:
      return "keeps an answer for himself";
    case DeedKind::guide:
      return "tells the team about an answer";
    case DeedKind::resend:
      return "sends again what was refused";
    case DeedKind::discard:
      return "forgets what was refused";
  }
  return "";
}

}  // namespace deskbell::test
