#include "tests/wasm/tab.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/border_request.h"

namespace deskbell::test {

using nlohmann::json;

Millis Tab::now = 1'763'770'000'000;

namespace {

std::string fresh_name() {
  static int count = 0;
  return "tab-" + std::to_string(++count);
}

}  // namespace

Tab::Tab(PageLog& log, LoopbackHub& hub, Promises& promises, std::uint64_t seed)
    : log_(log), hub_(hub), promises_(promises), random_(seed) {
  open();
}

void Tab::open() {
  device_ = std::make_unique<deskbell::Device>(fresh_name(), random_);
  head_ = log_.base();
  for (const std::string& chunk : log_.chunks()) give(chunk);
  catch_up();
  BOOST_REQUIRE_EQUAL(device_->open(), "");
  is_new_ = true;
  queue({{"command", "new_customer"}, {"site", "site"}});
  queue({{"command", "start"}});
}

void Tab::kill() {
  queue_.clear();
  batch_.reset();
  requests_.clear();
  stream_.reset();
  open();
}

void Tab::give(const std::string& record) {
  BOOST_REQUIRE_EQUAL(device_->give(record), "");
}

void Tab::catch_up() {
  while (head_ < log_.head()) give(log_.record(++head_));
}

void Tab::execute(Batch& batch) {
  batch.answers.clear();
  for (const json& work : batch.works) {
    if (work.contains("input")) {
      BOOST_REQUIRE_EQUAL(device_->receive(work["input"].dump(), now), "");
      batch.answers.push_back(nullptr);
    } else {
      batch.answers.push_back(json::parse(device_->send(work.dump(), now)));
    }
  }
  batch.effects = json::parse(device_->effects(now));
  batch.record = device_->take();
}

void Tab::run() {
  BOOST_REQUIRE(!batch_);
  batch_.emplace();
  batch_->works = std::exchange(queue_, {});
  execute(*batch_);
  if (!batch_->record) finish();
}

void Tab::append() {
  BOOST_REQUIRE(batch_);
  while (batch_->record && !log_.append(head_ + 1, *batch_->record, /*strict=*/true)) {
    ++conflicts_;
    device_->settle(false);
    catch_up();
    execute(*batch_);
  }
  if (batch_->record && ++head_ % 8 == 0) log_.fold(device_->fold());
  finish();
}

void Tab::finish() {
  device_->settle(true);
  is_new_ = false;
  const Batch batch = *std::exchange(batch_, std::nullopt);
  for (std::size_t i = 0; i < batch.works.size(); ++i) {
    const json& work = batch.works[i];
    if (work.value("command", "") == "message.post" && batch.answers[i].contains("result"))
      promises_.texts.insert(work.at("text"));
  }
  carry_out(batch.effects);
}

void Tab::carry_out(const json& effects) {
  BOOST_REQUIRE(effects.at("storage_error").is_null());
  for (const std::uint64_t id : effects.at("cancelled")) {
    requests_.erase(id);
    if (stream_ == id) stream_.reset();
  }
  for (const json& request : effects.at("requests")) requests_[request.at("id")] = request;
  wake_at_.reset();
  if (!effects.at("wake_at").is_null()) wake_at_ = effects.at("wake_at").get<Millis>();
}

void Tab::answer_requests(bool fails) {
  const auto requests = std::exchange(requests_, {});
  if (fails && stream_)
    queue({{"input", {{"failure", {{"request", *std::exchange(stream_, {})}}}}}});
  const json panel = ask({{"command", "panel"}, {"limit", 1}});
  if (!panel.contains("result")) return;
  const Actor customer{ActorKind::customer, panel["result"]["customer"]["id"]};
  for (const auto& [id, request] : requests) {
    if (fails) {
      queue({{"input", {{"failure", {{"request", id}}}}}});
      continue;
    }
    const Response response = hub_.answer(customer, request_from(request));
    queue({{"input",
            {{"response",
              {{"request", id},
               {"status", response.status},
               {"content_type", response.content_type},
               {"body", response.body}}}}}});
    if (!request.at("stream")) continue;
    stream_ = id;
    const std::string path = request.at("path");
    const auto cursor = decode_cursor(path.substr(path.find("cursor=") + 7));
    const std::string text = cursor ? hub_.stream(customer, *cursor) : "";
    queue({{"input", {{"chunk", {{"request", id}, {"text", text}}}}}});
  }
}

json Tab::ask(const json& command) {
  BOOST_REQUIRE(!batch_);
  return json::parse(device_->send(command.dump(), now));
}

}  // namespace deskbell::test
