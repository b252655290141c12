#include "sdk/answer_editing.h"

#include <algorithm>

#include "core/event/id.h"

namespace deskbell::sdk {
namespace {

AnswerDraft draft_from(AnswerPublished entry) {
  return {.id = std::move(entry.answer),
          .title = std::move(entry.title),
          .text = std::move(entry.text),
          .scope = static_cast<AnswerScope>(entry.scope),
          .language = std::move(entry.language),
          .examples = std::move(entry.examples),
          .keywords = std::move(entry.keywords),
          .category = std::move(entry.category),
          .shortcut = std::move(entry.shortcut)};
}

/// What a draft says in the place of what `entry` has said; what a draft cannot say stays.
AnswerPublished changed(AnswerPublished entry, AnswerDraft draft) {
  entry.answer = std::move(draft.id);
  entry.title = std::move(draft.title);
  entry.text = std::move(draft.text);
  entry.scope = static_cast<deskbell::AnswerScope>(draft.scope);
  entry.language = std::move(draft.language);
  entry.examples = std::move(draft.examples);
  entry.keywords = std::move(draft.keywords);
  entry.category = std::move(draft.category);
  entry.shortcut = std::move(draft.shortcut);
  return entry;
}

/// One's own draft, or else the team's.
std::optional<BookDraft> draft_of(const AnswerBook& book, std::string_view answer,
                                  std::string_view self) {
  auto draft = book.draft(answer, self);
  return draft ? draft : book.draft(answer, "");
}

AnswerDeed deed_from(deskbell::AnswerDeed deed) {
  switch (deed) {
    case deskbell::AnswerDeed::drafted:
      return AnswerDeed::drafted;
    case deskbell::AnswerDeed::published:
      break;
    case deskbell::AnswerDeed::withdrawn:
      return AnswerDeed::withdrawn;
    case deskbell::AnswerDeed::guided:
      return AnswerDeed::guided;
    case deskbell::AnswerDeed::draft_dropped:
      return AnswerDeed::draft_dropped;
  }
  return AnswerDeed::published;
}

AnswerVersion version_from(BookVersion version) {
  return {
      .deed = deed_from(version.deed),
      .number = version.version,
      .author_kind = to_public(version.author.kind),
      .author = std::move(version.author.id),
      .author_name = std::move(version.author_name),
      .at = version.at,
      .draft = version.entry ? std::optional(draft_from(*std::move(version.entry))) : std::nullopt};
}

template <class Written>
Result<std::string> emit_entry(Device& device, AnswerPublished entry) {
  return to_public(
      device.worker().run([&](Engine& engine, Millis now) -> deskbell::Result<std::string> {
        if (entry.answer.empty()) entry.answer = make_id(now, device.worker().random());
        std::string id = entry.answer;
        auto written = engine.replica().emit("", Written{std::move(entry)}, now);
        if (!written) return written.error();
        return id;
      }));
}

}  // namespace

Result<AnswerDraft> answer_draft(Device& device, std::string_view answer) {
  const auto self = device.identity();
  if (!self) return not_signed_in();
  return device.read([&](const Views& views) -> Result<AnswerDraft> {
    if (auto draft = draft_of(views.book(), answer, self->id))
      return draft_from(std::move(draft->entry));
    if (auto entry = views.book().entry(answer)) return draft_from(std::move(entry->entry));
    return unknown(deskbell::ErrorCode::unknown_answer);
  });
}

Result<std::vector<DraftedAnswer>> drafted_answers(Device& device) {
  return device.read([&](const Views& views) -> Result<std::vector<DraftedAnswer>> {
    const AnswerBook book = views.book();
    std::vector<DraftedAnswer> drafted;
    for (BookDraft& draft : book.drafts()) {
      const bool published = book.entry(draft.entry.answer).has_value();
      std::string name = views.agent_name(draft.author);
      drafted.push_back({.draft = draft_from(std::move(draft.entry)),
                         .own = !draft.owner.empty(),
                         .published = published,
                         .author = std::move(draft.author),
                         .author_name = std::move(name),
                         .at = draft.at});
    }
    return drafted;
  });
}

Result<std::vector<AnswerVersion>> answer_versions(Device& device, std::string_view answer) {
  return device.read([&](const Views& views) -> Result<std::vector<AnswerVersion>> {
    std::vector<AnswerVersion> versions;
    for (BookVersion& version : views.book().versions(answer))
      versions.push_back(version_from(std::move(version)));
    if (versions.empty()) return unknown(deskbell::ErrorCode::unknown_answer);
    return versions;
  });
}

Result<std::string> publish_answer(Device& device, AnswerDraft draft) {
  auto entry = device.read([&](const Views& views) -> Result<AnswerPublished> {
    auto known = views.book().entry(draft.id);
    return known ? std::move(known->entry) : AnswerPublished();
  });
  if (!entry) return entry.error();
  return emit_entry<AnswerPublished>(device, changed(*std::move(entry), std::move(draft)));
}

Result<std::string> draft_answer(Device& device, AnswerDraft draft) {
  const auto self = device.identity();
  if (!self) return not_signed_in();
  auto entry = device.read([&](const Views& views) -> Result<AnswerPublished> {
    if (auto known = draft_of(views.book(), draft.id, self->id)) return std::move(known->entry);
    auto known = views.book().entry(draft.id);
    return known ? std::move(known->entry) : AnswerPublished();
  });
  if (!entry) return entry.error();
  return emit_entry<AnswerDrafted>(device, changed(*std::move(entry), std::move(draft)));
}

Result<std::string> publish_draft(Device& device, const std::string& answer) {
  const auto self = device.identity();
  if (!self) return not_signed_in();
  auto entry = device.read([&](const Views& views) -> Result<AnswerPublished> {
    auto draft = draft_of(views.book(), answer, self->id);
    if (!draft) return unknown(deskbell::ErrorCode::unknown_answer);
    return std::move(draft->entry);
  });
  if (!entry) return entry.error();
  return emit_entry<AnswerPublished>(device, *std::move(entry));
}

Result<std::string> restore_answer(Device& device, const std::string& answer, std::int64_t number) {
  auto entry = device.read([&](const Views& views) -> Result<AnswerPublished> {
    for (BookVersion& version : views.book().versions(answer)) {
      if (version.deed != deskbell::AnswerDeed::published || version.version != number) continue;
      if (!version.entry) break;
      // What many have seen is not hidden from them again, only reads as it did.
      if (const auto now = views.book().entry(answer))
        version.entry->scope = std::min(version.entry->scope, now->entry.scope);
      return *std::move(version.entry);
    }
    return Error{ErrorCode::not_found,
                 "Version " + std::to_string(number) + " of this answer is not known here."};
  });
  if (!entry) return entry.error();
  return emit_entry<AnswerPublished>(device, *std::move(entry));
}

}  // namespace deskbell::sdk
