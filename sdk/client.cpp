#include <deskbell/client.h>

#include <algorithm>

#include "core/event/attachment.h"
#include "sdk/answer_editing.h"
#include "sdk/canned_answers.h"
#include "sdk/device.h"
#include "sdk/system.h"

namespace deskbell::sdk {
namespace {

template <class View, class Public>
std::vector<Public> all_public(std::vector<View> views) {
  std::vector<Public> result;
  result.reserve(views.size());
  for (View& view : views) result.push_back(to_public(std::move(view)));
  return result;
}

std::vector<Attachment> attachments_of(const RefusedView& view) {
  std::vector<Attachment> files;
  for (deskbell::Attachment& file : parse_attachments(view.attachments))
    files.push_back(to_public(AttachmentView{std::move(file), {}, 0}));
  return files;
}

Result<std::string> emit(Device& device, std::string conversation, Payload payload) {
  return to_public(device.worker().run([&](Engine& engine, Millis now) {
    return engine.replica().emit(std::move(conversation), std::move(payload), now);
  }));
}

Result<void> without_id(const Result<std::string>& written) {
  if (!written) return written.error();
  return {};
}

using Suggested = Result<std::vector<SuggestedAnswer>>;

/// A future, and what makes it ready.
template <class T>
std::pair<std::function<void(Result<T>)>, std::future<Result<T>>> promised() {
  auto promise = std::make_shared<std::promise<Result<T>>>();
  auto future = promise->get_future();
  return {[promise](Result<T> result) { promise->set_value(std::move(result)); },
          std::move(future)};
}

/// A future, and what makes it ready once a device has found some entries.
std::pair<AnswerLearner::Done, std::future<Suggested>> promised_answers(Device& device) {
  auto promise = std::make_shared<std::promise<Suggested>>();
  auto future = promise->get_future();
  auto done = [promise, &device](Result<std::vector<FoundEntry>> found) {
    if (!found) return promise->set_value(found.error());
    promise->set_value(device.read([&](const Views& views) {
      Suggested suggested = std::vector<SuggestedAnswer>();
      for (FoundEntry& one : *found)
        if (auto answer = views.answer(one.answer))
          suggested->push_back({with_guide(views, *std::move(answer)), one.confidence,
                                std::move(one.nearest), std::move(one.words)});
      return suggested;
    }));
  };
  return {std::move(done), std::move(future)};
}

}  // namespace

const char* version() noexcept {
  return DESKBELL_VERSION;
}

Client::Client(std::unique_ptr<Device> device) : device_(std::move(device)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::open(Options options) {
  auto device = Device::open(std::move(options), /*as_customer=*/false);
  if (!device) return device.error();
  return Client(*std::move(device));
}

Result<Client> Client::open_as_customer(Options options) {
  auto device = Device::open(std::move(options), /*as_customer=*/true);
  if (!device) return device.error();
  return Client(*std::move(device));
}

std::future<Result<Identity>> Client::sign_in(std::string login, std::string password) {
  auto [done, future] = promised<Identity>();
  device_->worker().sign_in(std::move(login), std::move(password), std::move(done));
  return std::move(future);
}

std::optional<Identity> Client::identity() const {
  return device_->identity();
}

void Client::start() {
  device_->worker().start();
}
void Client::stop() {
  device_->worker().stop();
}
void Client::set_network_available(bool available) {
  device_->worker().set_network_available(available);
}
Status Client::status() const {
  return device_->worker().status();
}

// --- Changes

std::optional<Change> Client::poll_change() {
  return device_->changes().poll();
}

std::optional<Change> Client::wait_for_change(std::chrono::milliseconds timeout) {
  return device_->changes().wait(timeout) ? device_->changes().poll() : std::nullopt;
}

Change Client::wait_for_change() {
  for (;;) {
    device_->changes().wait(std::nullopt);
    if (auto change = device_->changes().poll()) return *change;  // else another thread took it
  }
}

// --- Queries

Result<std::vector<Conversation>> Client::conversations(std::size_t limit) const {
  return device_->read([&](const Views& views) -> Result<std::vector<Conversation>> {
    return all_public<ConversationView, Conversation>(views.conversations(limit));
  });
}

Result<Conversation> Client::conversation(std::string_view id) const {
  return device_->read([&](const Views& views) -> Result<Conversation> {
    auto view = views.conversation(id);
    if (!view) return unknown(deskbell::ErrorCode::unknown_conversation);
    return to_public(*std::move(view));
  });
}

Result<std::vector<Message>> Client::messages(std::string_view conversation,
                                              std::size_t limit) const {
  return device_->read([&](const Views& views) -> Result<std::vector<Message>> {
    if (!views.conversation(conversation))
      return unknown(deskbell::ErrorCode::unknown_conversation);
    return all_public<MessageView, Message>(views.messages(conversation, limit));
  });
}

Result<std::vector<Typist>> Client::typing(std::string_view conversation) const {
  const auto actors =
      device_->worker().run([&](Engine& engine, Millis) -> deskbell::Result<std::vector<Actor>> {
        return engine.typing(conversation);
      });
  if (!actors) return to_public(actors.error());
  return device_->read([&](const Views& views) -> Result<std::vector<Typist>> {
    std::vector<Typist> typists;
    for (const Actor& actor : *actors)
      typists.push_back({to_public(actor.kind), actor.id, views.name_of(actor)});
    return typists;
  });
}

Result<Customer> Client::customer(std::string_view id) const {
  return device_->read([&](const Views& views) -> Result<Customer> {
    auto view = views.customer(id);
    if (!view) return unknown(deskbell::ErrorCode::not_found);
    return Customer{std::move(view->id), std::move(view->name), std::move(view->email)};
  });
}

Result<std::vector<Agent>> Client::agents() const {
  return device_->read([&](const Views& views) -> Result<std::vector<Agent>> {
    std::vector<Agent> agents;
    for (AgentView& view : views.agents())
      agents.push_back({std::move(view.id), std::move(view.name)});
    return agents;
  });
}

Result<Site> Client::site() const {
  return device_->read([&](const Views& views) -> Result<Site> {
    SiteView view = views.site();
    return Site{std::move(view.name), std::move(view.greeting)};
  });
}

Result<std::vector<Answer>> Client::find_answers(std::string_view words, std::size_t limit,
                                                 std::string_view language) const {
  return device_->read([&](const Views& views) -> Result<std::vector<Answer>> {
    std::vector<Answer> answers;
    for (AnswerView& view : views.find_answers(words, limit, now_ms(), language))
      answers.push_back(with_guide(views, std::move(view)));
    return answers;
  });
}

Result<Answer> Client::answer(std::string_view id, std::string_view language) const {
  return sdk::read_answer(*device_, id, language);
}

std::future<Result<std::vector<SuggestedAnswer>>> Client::suggest_answers(
    std::string_view conversation, std::size_t limit) const {
  auto question = device_->last_question(conversation);
  if (question && !question->empty()) {
    auto [done, future] = promised_answers(*device_);
    device_->suggest(*std::move(question), limit, std::move(done));
    return std::move(future);
  }
  std::promise<Result<std::vector<SuggestedAnswer>>> promise;
  if (question)
    promise.set_value(std::vector<SuggestedAnswer>());
  else
    promise.set_value(question.error());
  return promise.get_future();
}

std::future<Result<std::vector<SuggestedAnswer>>> Client::answers_to(std::string question,
                                                                     std::size_t limit) const {
  auto [done, future] = promised_answers(*device_);
  device_->search(std::move(question), limit, std::move(done));
  return std::move(future);
}

Result<FilledAnswer> Client::fill_answer(std::string_view conversation, std::string_view answer,
                                         const Values& values,
                                         std::string_view language) const {
  return sdk::fill_answer(*device_, conversation, answer, values, language);
}

Result<AnswerDraft> Client::answer_draft(std::string_view answer) const {
  return sdk::answer_draft(*device_, answer);
}

Result<std::vector<DraftedAnswer>> Client::drafted_answers() const {
  return sdk::drafted_answers(*device_);
}

Result<std::vector<AnswerVersion>> Client::answer_versions(std::string_view answer) const {
  return sdk::answer_versions(*device_, answer);
}

Result<std::vector<Refused>> Client::refused() const {
  return device_->read([&](const Views& views) -> Result<std::vector<Refused>> {
    std::vector<Refused> refused;
    for (RefusedView& view : views.refused())
      refused.push_back({std::move(view.id),
                         std::move(view.conversation),
                         std::move(view.type),
                         std::move(view.text),
                         attachments_of(view),
                         view.at,
                         {to_public(view.reason.code), std::move(view.reason.message)}});
    return refused;
  });
}

// --- Commands

Result<std::string> Client::post(std::string conversation, std::string text) {
  return to_public(device_->worker().run([&](Engine& engine, Millis now) {
    return engine.replica().post_message(std::move(conversation), std::move(text), "", now);
  }));
}

Result<std::string> Client::post(std::string conversation, std::string text,
                                 const std::vector<File>& files) {
  if (files.size() > kMaxAttachments)
    return Error{ErrorCode::too_large,
                 "A message takes up to " + std::to_string(kMaxAttachments) + " files."};
  std::vector<Device::KeptFile> kept;  // held until the message needs them
  std::vector<deskbell::Attachment> attachments;
  for (const File& file : files) {
    auto one = device_->keep(file);
    if (!one) return one.error();
    const Attachment& attachment = one->attachment;
    attachments.push_back({.id = attachment.id,
                           .name = attachment.name,
                           .type = attachment.type,
                           .size = attachment.size});
    kept.push_back(*std::move(one));
  }
  MessagePosted message;
  message.text = std::move(text);
  message.attachments = attachments_text(attachments);
  return to_public(device_->worker().run([&](Engine& engine, Millis now) {
    return engine.replica().post_message(std::move(conversation), std::move(message), now);
  }));
}

Result<void> Client::take_back(std::string message) {
  return to_public(device_->worker().run(
      [&](Engine& engine, Millis) { return engine.replica().undo(message); }));
}

std::future<Result<void>> Client::save_file(std::string message, std::string attachment,
                                            std::string path) {
  auto [done, future] = promised<void>();
  device_->save_file(message, attachment, std::move(path), std::move(done));
  return std::move(future);
}

std::future<Result<void>> Client::save_answer_file(std::string answer, std::string attachment,
                                                   std::string path) {
  auto [done, future] = promised<void>();
  device_->save_answer_file(answer, attachment, std::move(path), std::move(done));
  return std::move(future);
}

Result<std::string> Client::use_answer(std::string conversation, std::string answer,
                                       const Values& values, std::string_view language) {
  return sdk::use_answer(*device_, std::move(conversation), std::move(answer), values, language);
}

Result<std::string> Client::post_from_answers(std::string conversation, std::string text,
                                              const std::vector<std::string>& answers) {
  return sdk::post_from_answers(*device_, std::move(conversation), std::move(text), answers);
}

Result<std::string> Client::publish_answer(AnswerDraft draft) {
  return sdk::publish_answer(*device_, std::move(draft));
}

Result<std::string> Client::draft_answer(AnswerDraft draft) {
  return sdk::draft_answer(*device_, std::move(draft));
}

Result<void> Client::publish_draft(std::string answer) {
  return without_id(sdk::publish_draft(*device_, answer));
}

Result<void> Client::drop_draft(std::string answer) {
  return without_id(emit(*device_, "", AnswerWithdrawn{std::move(answer), /*draft=*/true}));
}

Result<void> Client::restore_answer(std::string answer, std::int64_t number) {
  return without_id(sdk::restore_answer(*device_, answer, number));
}

Result<void> Client::withdraw_answer(std::string answer) {
  return without_id(emit(*device_, "", AnswerWithdrawn{std::move(answer)}));
}

Result<std::string> Client::add_note(std::string conversation, std::string text) {
  return emit(*device_, std::move(conversation), NoteAdded{std::move(text)});
}

Result<void> Client::assign(std::string conversation, std::string agent) {
  return without_id(
      emit(*device_, std::move(conversation), ConversationAssigned{std::move(agent)}));
}

Result<void> Client::resolve(std::string conversation) {
  return without_id(emit(*device_, std::move(conversation), ConversationResolved{}));
}

Result<void> Client::reopen(std::string conversation) {
  return without_id(emit(*device_, std::move(conversation), ConversationReopened{}));
}

void Client::note_typing(std::string conversation) {
  device_->worker().note_typing(std::move(conversation));
}

Result<void> Client::mark_read(std::string conversation) {
  return to_public(device_->worker().run(
      [&](Engine& engine, Millis now) { return engine.replica().mark_read(conversation, now); }));
}

Result<void> Client::answer_survey(std::string conversation, int stars, std::string comment) {
  return without_id(
      emit(*device_, std::move(conversation), SurveyAnswered{stars, std::move(comment)}));
}

Result<void> Client::update_customer(std::string customer, std::optional<std::string> name,
                                     std::optional<std::string> email) {
  if (customer.empty()) {
    const auto self = device_->worker().identity();
    if (!self) return not_signed_in();
    customer = self->actor.id;
  }
  return without_id(
      emit(*device_, "", CustomerUpdated{std::move(customer), std::move(name), std::move(email)}));
}

Result<void> Client::discard(std::string refused) {
  return to_public(device_->worker().run(
      [&](Engine& engine, Millis) { return engine.replica().discard(refused); }));
}

Result<std::string> Client::resend(std::string refused) {
  return to_public(device_->worker().run(
      [&](Engine& engine, Millis now) { return engine.replica().resend(refused, now); }));
}

}  // namespace deskbell::sdk
