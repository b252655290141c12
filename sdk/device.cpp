#include "sdk/device.h"

#include <algorithm>

#include "core/event/attachment.h"
#include "core/event/id.h"
#include "core/event/media_type.h"
#include "core/sync/upload.h"
#include "sdk/file_names.h"

namespace deskbell::sdk {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kMaxSiteLength = 64;
constexpr std::size_t kLastMessages = 200;  // among which a question is looked for

/// The site's name becomes part of paths: letters, digits and hyphens.
bool is_site(const std::string& site) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !site.empty() && site.size() <= kMaxSiteLength && std::ranges::all_of(site, allowed);
}

Error invalid(std::string message) {
  return {ErrorCode::invalid_command, std::move(message)};
}

}  // namespace

Result<std::unique_ptr<Device>> Device::open(Options options, bool as_customer) {
  auto hub = HttpClient::check_hub(options.hub);
  if (!hub) return to_public(hub.error());
  if (!is_site(options.site))
    return invalid("\"" + options.site +
                   "\" is no site's name: use lower-case letters, digits and hyphens.");
  const std::string path = options.store;
  try {
    auto store = StoreFile::claim(path);
    if (!store) return to_public(store.error());
    std::unique_ptr<Device> device(
        new Device(std::move(*store), std::move(*hub), std::move(options)));
    if (auto checked = device->check_owner(as_customer); !checked) return checked.error();
    return device;
  } catch (const StoreError& error) {
    return Error{to_public(error.error().code),
                 "The store " + path + " cannot be used: " + error.what()};
  } catch (const std::exception& error) {
    return Error{ErrorCode::storage_failed, error.what()};
  }
}

Device::Device(StoreFile store, std::string hub, Options options)
    : changes_(std::move(options.on_change)),
      path_(store.path()),
      files_(path_),
      worker_(std::move(store), std::move(hub), options.site, options.connect, changes_, files_),
      reader_(path_) {}

/// A store is one person's at one site; a new one becomes a customer's if that was asked for.
Result<void> Device::check_owner(bool as_customer) {
  const auto identity = worker_.identity();
  if (!identity && !as_customer) return {};
  if (!identity) {
    return to_public(worker_.run([this](Engine&, Millis now) {
      return worker_.adopt({worker_.site(),
                            {deskbell::ActorKind::customer, make_id(now, worker_.random())},
                            random_hex(kSecretBytes, worker_.random())});
    }));
  }
  if (identity->site != worker_.site())
    return invalid("The store " + path_ + " belongs to the site \"" + identity->site +
                   "\"; use another store for \"" + worker_.site() + "\".");
  if ((identity->actor.kind == deskbell::ActorKind::customer) != as_customer)
    return invalid("The store " + path_ + " is " + (as_customer ? "an agent's" : "a customer's") +
                   "; use another store for " + (as_customer ? "a customer." : "an agent."));
  return {};
}

Actor Device::actor() const {
  const auto identity = worker_.identity();
  return identity ? identity->actor : Actor{deskbell::ActorKind::agent, ""};
}

Result<std::optional<AnswerLearner::Book>> Device::read_book(std::optional<std::uint64_t> known) {
  return read([&](const Views& views) -> Result<std::optional<AnswerLearner::Book>> {
    const AnswerBook book = views.book();
    const std::uint64_t hash = book.hash();
    if (hash == known) return std::optional<AnswerLearner::Book>();
    return std::optional(AnswerLearner::Book{hash, book.texts()});
  });
}

void Device::suggest(std::string question, std::size_t limit, AnswerLearner::Done done) {
  answers_.ask(std::move(question), limit, [this, done = std::move(done)](auto found) {
    if (!found) return done(std::move(found));
    done(read([&](const Views& views) -> Result<std::vector<FoundEntry>> {
      const AnswerBook book = views.book();
      std::erase_if(*found, [&, now = now_ms()](const FoundEntry& one) {
        const auto known = book.entry(one.answer);
        return !known || !is_good(known->entry, now);
      });
      return *std::move(found);
    }));
  });
}

void Device::search(std::string typed, std::size_t limit, AnswerLearner::Done done) {
  auto merge = [this, typed, limit, done = std::move(done)](auto alike) {
    if (!alike) return done(std::move(alike));
    done(read([&](const Views& views) -> Result<std::vector<FoundEntry>> {
      std::vector<FoundEntry> found;
      const auto add = [&](FoundEntry one) {
        const auto same = [&](const FoundEntry& other) { return other.answer == one.answer; };
        if (found.size() < limit && std::ranges::none_of(found, same))
          found.push_back(std::move(one));
      };
      const auto worded = typed.empty() ? std::vector<AnswerView>()
                                        : views.find_answers(typed, limit, now_ms());
      for (const AnswerView& one : worded)
        if (one.shortcut == typed) add({one.id, 1, typed, {}});
      for (FoundEntry& one : *alike) add(std::move(one));
      for (const AnswerView& one : worded) add({one.id, 0, "", {}});
      return found;
    }));
  };
  suggest(std::move(typed), limit, std::move(merge));
}

Result<std::string> Device::last_question(std::string_view conversation) {
  return read([&](const Views& views) -> Result<std::string> {
    if (!views.conversation(conversation)) {
      constexpr auto kUnknown = deskbell::ErrorCode::unknown_conversation;
      return Error{to_public(kUnknown), std::string(error_meaning(kUnknown))};
    }
    const auto messages = views.messages(conversation, kLastMessages);
    const auto last = std::find_if(messages.rbegin(), messages.rend(), [](const MessageView& one) {
      return one.author.kind == deskbell::ActorKind::customer && !one.text.empty();
    });
    return last == messages.rend() ? std::string() : last->text;
  });
}

std::optional<Identity> Device::identity() {
  const auto identity = worker_.identity();
  if (!identity) return std::nullopt;
  const std::string& id = identity->actor.id;
  const bool customer = identity->actor.kind == deskbell::ActorKind::customer;
  const auto name = read([&](const Views& views) -> Result<std::string> {
    if (!customer) return views.agent_name(id);
    const auto view = views.customer(id);
    return view ? view->name : std::string();
  });
  const bool known = name.ok() && !name->empty();
  return Identity{to_public(identity->actor.kind), id, identity->site,
                  known ? *name : worker_.name_at_sign_in()};
}

Result<Device::KeptFile> Device::keep(const File& file) {
  if (!file.path.empty() && !file.bytes.empty())
    return invalid("A file has either a path or bytes, not both.");
  Attachment attachment;
  attachment.name = file_name_of(file.name.empty() ? file.path : file.name);
  attachment.type = file.type.empty() ? media_type_of(attachment.name) : file.type;
  if (!is_media_type(attachment.type))
    return invalid("\"" + attachment.type + "\" is no media type; it looks like \"image/png\".");
  auto kept = file.path.empty() ? files_.keep_bytes(file.bytes) : files_.keep_file(file.path);
  if (!kept) return to_public(kept.error());
  attachment.id = std::move(kept->id);
  attachment.size = kept->size;
  attachment.state = FileState::waiting;
  return KeptFile{std::move(attachment), std::move(kept->hold)};
}

namespace {

/// The size of the one of these files that is meant.
Result<std::int64_t> size_of(const std::vector<deskbell::Attachment>& files,
                             const std::string& attachment, const char* carrier) {
  for (const deskbell::Attachment& file : files)
    if (file.id == attachment) return file.size;
  return Error{ErrorCode::not_found,
               std::string("This device knows no such file of that ") + carrier + "."};
}

}  // namespace

void Device::save_file(const std::string& message, const std::string& attachment, std::string path,
                       SaveDone done) {
  const auto size = read(
      [&](const Views& views) { return size_of(views.files_of(message), attachment, "message"); });
  fetch(attachment, size, attachment_path(worker_.site(), attachment, message), std::move(path),
        std::move(done));
}

void Device::save_answer_file(const std::string& answer, const std::string& attachment,
                              std::string path, SaveDone done) {
  const auto size = read([&](const Views& views) {
    const auto entry = views.book().entry(answer);
    return size_of(parse_attachments(entry ? entry->entry.attachments : ""), attachment, "answer");
  });
  fetch(attachment, size,
        attachment_path(worker_.site(), attachment, answer, AttachmentCarrier::answer),
        std::move(path), std::move(done));
}

void Device::fetch(const std::string& attachment, const Result<std::int64_t>& size,
                   std::string path, std::string target, SaveDone done) {
  if (!size) return done(size.error());
  worker_.fetch({.attachment = attachment,
                 .size = *size,
                 .path = std::move(path),
                 .target = std::move(target),
                 .done = [done = std::move(done)](deskbell::Result<void> result) {
                   done(to_public(std::move(result)));
                 }});
}

}  // namespace deskbell::sdk
