#include <deskbell/deskbell.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <future>
#include <map>
#include <mutex>
#include <new>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/border/border.h"
#include "sdk/canned_answers.h"
#include "sdk/device.h"

// The one place where exceptions become error values and C++ strings become C ones.

using namespace deskbell;

/// How the last sign-in stands; shared with the worker, which may end it after the client is gone.
struct SignInState {
  std::mutex mutex;
  int result = DESKBELL_ERROR_NOT_SIGNED_IN;
  std::string message = "Nobody has signed in with this client yet.";
};

/// How fetching files stands, by where they are wanted; shared with the worker as well. Without a
/// result, it goes on.
struct SavingState {
  std::mutex mutex;
  std::map<std::string, std::optional<sdk::Result<void>>> results;
};

struct deskbell_client {
  std::unique_ptr<sdk::Device> device;
  std::shared_ptr<SignInState> sign_in = std::make_shared<SignInState>();
  std::shared_ptr<SavingState> saving = std::make_shared<SavingState>();
  std::mutex mutex;
  std::vector<std::shared_ptr<void>> holds;  // on files that no message has taken yet
};

namespace {

thread_local std::string last_error;

int fail(int code, const char* message) noexcept {
  try {
    last_error = message;
  } catch (...) {
    last_error.clear();
  }
  return code;
}

int fail(const sdk::Error& error) noexcept {
  return fail(static_cast<int>(error.code), error.message.c_str());
}

int missing(const char* what) noexcept {
  try {
    last_error = std::string(what) + " must not be NULL.";
  } catch (...) {
    last_error.clear();
  }
  return DESKBELL_ERROR_INVALID_COMMAND;
}

/// Runs the body of a function of the interface; nothing leaves it but its result.
template <class F>
int guarded(F body) noexcept {
  try {
    last_error.clear();
    return body();
  } catch (const std::exception& error) {
    return fail(DESKBELL_ERROR_STORAGE_FAILED, error.what());
  } catch (...) {
    return fail(DESKBELL_ERROR_STORAGE_FAILED, "Something unexpected went wrong.");
  }
}

/// A copy that the caller frees.
char* give_out(const std::string& text) {
  auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (!copy) throw std::bad_alloc();
  std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

const char* subject_name(sdk::Subject subject) {
  switch (subject) {
    case sdk::Subject::conversation:
      return "conversation";
    case sdk::Subject::answers:
      return "answers";
    case sdk::Subject::site:
      return "site";
    case sdk::Subject::people:
      return "people";
    case sdk::Subject::outbox:
      return "outbox";
    case sdk::Subject::status:
      return "status";
    case sdk::Subject::file:
      return "file";
    case sdk::Subject::identity:
      break;
  }
  return "identity";
}

/// As a message names it.
nlohmann::json to_json(const sdk::Attachment& file) {
  return {{"id", file.id}, {"name", file.name}, {"type", file.type}, {"size", file.size}};
}

int attach(char** out, deskbell_client* client, sdk::File file, const char* name,
           const char* type) {
  if (name) file.name = name;
  if (type) file.type = type;
  auto kept = client->device->keep(file);
  if (!kept) return fail(kept.error());
  {
    const std::lock_guard lock(client->mutex);
    client->holds.push_back(std::move(kept->hold));
  }
  *out = give_out(to_json(kept->attachment).dump());
  return DESKBELL_OK;
}

/// Begins to fetch a file of what is named by its id; how that ends is kept under its path.
int save_file(decltype(&sdk::Device::save_file) save, deskbell_client* client, const char* carrier,
              const char* attachment, const char* path) {
  if (!client) return missing("client");
  if (!attachment) return missing("attachment");
  if (!path) return missing("path");
  {
    const std::lock_guard lock(client->saving->mutex);
    const auto [entry, is_new] = client->saving->results.try_emplace(path);
    if (!is_new && !entry->second)
      return fail(DESKBELL_ERROR_INVALID_COMMAND, "A file is being fetched to there already.");
    entry->second.reset();
  }
  (client->device.get()->*save)(carrier, attachment, path,
                                [state = client->saving, path = std::string(path)](auto result) {
                                  const std::lock_guard lock(state->mutex);
                                  state->results[path] = std::move(result);
                                });
  return DESKBELL_OK;
}

/// Waits for the answers that are found to a question.
int give_answers(char** out, deskbell_client* client, std::string question, std::size_t limit,
                 decltype(&sdk::Device::suggest) ask) {
  using Found = sdk::Result<std::vector<sdk::FoundEntry>>;
  std::promise<Found> promise;
  (client->device.get()->*ask)(std::move(question), limit,
                               [&](Found found) { promise.set_value(std::move(found)); });
  const Found found = promise.get_future().get();
  if (!found) return fail(found.error());
  nlohmann::json told = nlohmann::json::array();
  for (const sdk::FoundEntry& one : *found)
    told.push_back({{"answer", one.answer},
                    {"confidence", one.confidence},
                    {"nearest", one.nearest},
                    {"words", one.words}});
  *out = give_out(told.dump());
  return DESKBELL_OK;
}

/// A JSON object of texts; none for NULL.
sdk::Result<sdk::Values> values_of(const char* text) {
  sdk::Values values;
  if (!text) return values;
  const auto parsed = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  bool are_texts = parsed.is_object();
  if (are_texts)
    for (const auto& [name, value] : parsed.items()) {
      are_texts = are_texts && value.is_string();
      if (are_texts) values[name] = value;
    }
  if (are_texts) return values;
  return sdk::Error{sdk::ErrorCode::invalid_command,
                    "The values must be a JSON object of texts: {\"days\": \"3\"}."};
}

nlohmann::json to_json(const sdk::Answer& answer) {
  nlohmann::json parameters = nlohmann::json::array();
  for (const sdk::AnswerParameter& each : answer.parameters)
    parameters.push_back({{"name", each.name},
                          {"label", each.label},
                          {"format", each.format},
                          {"fallback", each.fallback}});
  nlohmann::json files = nlohmann::json::array();
  for (const sdk::Attachment& file : answer.files) files.push_back(to_json(file));
  return {{"id", answer.id},
          {"title", answer.title},
          {"text", answer.text},
          {"language", answer.language},
          {"team_only", answer.team_only},
          {"category", answer.category},
          {"shortcut", answer.shortcut},
          {"files", std::move(files)},
          {"procedure", answer.procedure},
          {"authority", answer.authority},
          {"parameters", std::move(parameters)}};
}

nlohmann::json to_json(const sdk::FilledAnswer& filled) {
  return {{"text", filled.text}, {"missing", filled.missing}};
}

nlohmann::json to_json(const std::string& message) {
  return {{"id", message}};
}

const char* text_or_empty(const char* text) {
  return text ? text : "";
}

/// Gives out, as JSON, what `use` does with a client's device, an answer and what else it is given.
template <class F>
int give_used(F use, char** out, deskbell_client* client, const char* conversation,
              const char* answer, const char* values, const char* language) {
  if (!out) return missing("out");
  *out = nullptr;
  if (!client) return missing("client");
  if (!conversation) return missing("conversation");
  if (!answer) return missing("answer");
  const auto given = values_of(values);
  if (!given) return fail(given.error());
  const auto done = use(*client->device, conversation, answer, *given, text_or_empty(language));
  if (!done) return fail(done.error());
  *out = give_out(to_json(*done).dump());
  return DESKBELL_OK;
}

/// The code of an answer of the border, with its message kept for this thread.
int code_of(const std::string& answer) {
  const auto parsed = nlohmann::json::parse(answer, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object() || !parsed.contains("error")) return DESKBELL_OK;
  const auto& error = parsed["error"];
  const std::string message = error.value("message", "");
  const auto code = error_from_name(error.value("code", ""), ErrorCode::invalid_command);
  return fail(static_cast<int>(sdk::to_public(code)), message.c_str());
}

}  // namespace

int deskbell_client_options_init(deskbell_client_options* options, unsigned int version) noexcept {
  if (!options) return missing("options");
  if (version != DESKBELL_CLIENT_OPTIONS_VERSION)
    return fail(DESKBELL_ERROR_INVALID_COMMAND,
                "This library does not know that version of the "
                "options; rebuild against its header.");
  *options = DESKBELL_CLIENT_OPTIONS_INIT;
  return DESKBELL_OK;
}

int deskbell_client_open(deskbell_client** out, const deskbell_client_options* options) noexcept {
  return guarded([&] {
    if (!out) return missing("out");
    *out = nullptr;
    if (!options) return missing("options");
    if (options->version != DESKBELL_CLIENT_OPTIONS_VERSION)
      return fail(DESKBELL_ERROR_INVALID_COMMAND,
                  "Initialise the options with DESKBELL_CLIENT_OPTIONS_INIT.");
    if (!options->hub) return missing("hub");
    if (!options->site) return missing("site");
    if (!options->store) return missing("store");
    sdk::Options opened{options->hub, options->site, options->store, {}, options->connect != 0};
    if (options->on_change)
      opened.on_change = [call = options->on_change, payload = options->payload] { call(payload); };
    auto device = sdk::Device::open(std::move(opened), options->as_customer != 0);
    if (!device) return fail(device.error());
    auto client = std::make_unique<deskbell_client>();
    client->device = *std::move(device);
    *out = client.release();
    return static_cast<int>(DESKBELL_OK);
  });
}

void deskbell_client_close(deskbell_client* client) noexcept {
  delete client;
}

int deskbell_client_send(char** out, deskbell_client* client, const char* command) noexcept {
  return guarded([&] {
    if (out) *out = nullptr;
    if (!client) return missing("client");
    if (!command) return missing("command");
    auto answer = client->device->worker().run(
        [&](Engine& engine, Millis now) -> deskbell::Result<std::string> {
          return Border(engine, client->device->worker().random()).send(command, now);
        });
    if (!answer) return fail(sdk::to_public(answer.error()));
    const int code = code_of(*answer);
    if (out) *out = give_out(*answer);
    return code;
  });
}

int deskbell_client_attach(char** out, deskbell_client* client, const char* path, const char* name,
                           const char* type) noexcept {
  return guarded([&] {
    if (!out) return missing("out");
    *out = nullptr;
    if (!client) return missing("client");
    if (!path) return missing("path");
    return attach(out, client, {path, {}, {}, {}}, name, type);
  });
}

int deskbell_client_attach_bytes(char** out, deskbell_client* client, const void* bytes,
                                 size_t size, const char* name, const char* type) noexcept {
  return guarded([&] {
    if (!out) return missing("out");
    *out = nullptr;
    if (!client) return missing("client");
    if (!bytes) return missing("bytes");
    if (!name) return missing("name");
    return attach(out, client, {{}, {static_cast<const char*>(bytes), size}, {}, {}}, name, type);
  });
}

int deskbell_client_save_file(deskbell_client* client, const char* message, const char* attachment,
                              const char* path) noexcept {
  return guarded([&] {
    if (!message) return missing("message");
    return save_file(&sdk::Device::save_file, client, message, attachment, path);
  });
}

int deskbell_client_save_answer_file(deskbell_client* client, const char* answer,
                                     const char* attachment, const char* path) noexcept {
  return guarded([&] {
    if (!answer) return missing("answer");
    return save_file(&sdk::Device::save_answer_file, client, answer, attachment, path);
  });
}

int deskbell_client_save_file_result(deskbell_client* client, const char* path) noexcept {
  return guarded([&] {
    if (!client) return missing("client");
    if (!path) return missing("path");
    const std::lock_guard lock(client->saving->mutex);
    const auto found = client->saving->results.find(path);
    if (found == client->saving->results.end())
      return fail(DESKBELL_ERROR_NOT_FOUND, "No file was fetched to there.");
    if (!found->second) return static_cast<int>(DESKBELL_PENDING);
    const auto result = client->saving->results.extract(found);
    const sdk::Result<void>& ended = *result.mapped();
    return ended ? static_cast<int>(DESKBELL_OK) : fail(ended.error());
  });
}

int deskbell_client_answers_to(char** out, deskbell_client* client, const char* question,
                               size_t limit) noexcept {
  return guarded([&] {
    if (!out) return missing("out");
    *out = nullptr;
    if (!client) return missing("client");
    if (!question) return missing("question");
    return give_answers(out, client, question, limit, &sdk::Device::search);
  });
}

int deskbell_client_suggest_answers(char** out, deskbell_client* client, const char* conversation,
                                    size_t limit) noexcept {
  return guarded([&] {
    if (!out) return missing("out");
    *out = nullptr;
    if (!client) return missing("client");
    if (!conversation) return missing("conversation");
    auto question = client->device->last_question(conversation);
    if (!question) return fail(question.error());
    return give_answers(out, client, *std::move(question), limit, &sdk::Device::suggest);
  });
}

int deskbell_client_sign_in(deskbell_client* client, const char* login,
                            const char* password) noexcept {
  return guarded([&] {
    if (!client) return missing("client");
    if (!login) return missing("login");
    if (!password) return missing("password");
    {
      const std::lock_guard lock(client->sign_in->mutex);
      client->sign_in->result = DESKBELL_PENDING;
    }
    client->device->worker().sign_in(
        login, password, [state = client->sign_in](const sdk::Result<sdk::Identity>& result) {
          const std::lock_guard lock(state->mutex);
          state->result = result ? DESKBELL_OK : static_cast<int>(result.error().code);
          state->message = result ? "" : result.error().message;
        });
    return static_cast<int>(DESKBELL_OK);
  });
}

int deskbell_client_sign_in_result(deskbell_client* client) noexcept {
  return guarded([&] {
    if (!client) return missing("client");
    const std::lock_guard lock(client->sign_in->mutex);
    if (client->sign_in->result >= 0) return client->sign_in->result;
    return fail(client->sign_in->result, client->sign_in->message.c_str());
  });
}

int deskbell_client_answer(char** out, deskbell_client* client, const char* answer,
                           const char* language) noexcept {
  return guarded([&] {
    if (!out) return missing("out");
    *out = nullptr;
    if (!client) return missing("client");
    if (!answer) return missing("answer");
    const auto read = sdk::read_answer(*client->device, answer, text_or_empty(language));
    if (!read) return fail(read.error());
    *out = give_out(to_json(*read).dump());
    return static_cast<int>(DESKBELL_OK);
  });
}

int deskbell_client_fill_answer(char** out, deskbell_client* client, const char* conversation,
                                const char* answer, const char* values,
                                const char* language) noexcept {
  return guarded([&] {
    return give_used(sdk::fill_answer, out, client, conversation, answer, values, language);
  });
}

int deskbell_client_use_answer(char** out, deskbell_client* client, const char* conversation,
                               const char* answer, const char* values,
                               const char* language) noexcept {
  return guarded([&] {
    return give_used(sdk::use_answer, out, client, conversation, answer, values, language);
  });
}

int deskbell_client_next_change(char** out, deskbell_client* client) noexcept {
  return guarded([&] {
    if (!out) return missing("out");
    *out = nullptr;
    if (!client) return missing("client");
    if (const auto change = client->device->changes().poll()) {
      const nlohmann::json told = {{"subject", subject_name(change->subject)}, {"id", change->id}};
      *out = give_out(told.dump());
    }
    return static_cast<int>(DESKBELL_OK);
  });
}

int deskbell_client_wait(deskbell_client* client, int timeout_ms) noexcept {
  return guarded([&] {
    if (!client) return missing("client");
    std::optional<std::chrono::milliseconds> timeout;
    if (timeout_ms >= 0) timeout = std::chrono::milliseconds(timeout_ms);
    return client->device->changes().wait(timeout) ? 1 : 0;
  });
}

const char* deskbell_error_last(void) noexcept {
  return last_error.c_str();
}

const char* deskbell_error_name(int code) noexcept {
  return sdk::error_name(static_cast<sdk::ErrorCode>(code));
}

void deskbell_string_free(char* string) noexcept {
  std::free(string);
}

const char* deskbell_version(void) noexcept {
  return DESKBELL_VERSION;
}
