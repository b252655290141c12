#include "core/view/spoken_order.h"

#include <nlohmann/json.hpp>

#include "core/event/json_fields.h"
#include "core/store/database.h"

namespace deskbell {
namespace {

using nlohmann::json;

/// So far back an order is what a conversation is about.
constexpr int kMessagesLookedAt = 50;

/// A text, or a whole number as one; empty for all else.
std::string text_of(const json& object, const char* name) {
  const auto value = object.is_object() ? object.find(name) : object.end();
  if (value == object.end()) return "";
  if (value->is_string()) return value->get<std::string>();
  return value->is_number_integer() ? dump_json(*value) : "";
}

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Whether the id stands in the text as a word of its own.
bool names(std::string_view text, std::string_view id) {
  const auto is_apart = [&](std::size_t at) {
    return at >= text.size() || !is_letter_or_digit(text[at]);
  };
  if (id.empty()) return false;
  for (std::size_t at = 0; (at = text.find(id, at)) != std::string_view::npos; ++at)
    if ((at == 0 || is_apart(at - 1)) && is_apart(at + id.size())) return true;
  return false;
}

/// The customer's orders, as the page tells of them.
class Orders {
 public:
  explicit Orders(std::string_view told) {
    if (auto parsed = parse_json(told); parsed.ok() && parsed->is_array())
      list_ = *std::move(parsed);
  }

  const json* of_id(std::string_view id) const {
    for (const json& order : list_)
      if (!id.empty() && text_of(order, "id") == id) return &order;
    return nullptr;
  }
  const json* named_in(std::string_view text) const {
    for (const json& order : list_)
      if (names(text, text_of(order, "id"))) return &order;
    return nullptr;
  }
  const json* only() const { return list_.size() == 1 ? &list_.front() : nullptr; }

 private:
  json list_ = json::array();
};

using Values = std::map<std::string, std::string>;

Values values_of(const json& order) {
  Values values;
  if (!order.is_object()) return values;
  for (const auto& [name, value] : order.items())
    if (std::string text = text_of(order, name.c_str()); !text.empty())
      values["order." + name] = std::move(text);
  return values;
}

/// What a card shows of an order, and what is told of that order besides.
Values values_of_card(const json& card, const Orders& orders) {
  const std::string number = text_of(card, "number");
  if (text_of(card, "kind") != "order" || number.empty()) return {};
  const json* known = orders.of_id(number);
  Values values = known ? values_of(*known) : Values();
  values.emplace("order.id", number);
  if (const std::string status = text_of(card, "status"); !status.empty())
    values.emplace("order.status", status);
  return values;
}

Values spoken_of(const Query& message, const Orders& orders) {
  if (const json* named = orders.named_in(message.text(0))) return values_of(*named);
  for (const json& card : rich_json(message.text(1)))
    if (Values values = values_of_card(card, orders); !values.empty()) return values;
  return {};
}

}  // namespace

Values spoken_order(Database& database, std::string_view conversation, const Values& attributes,
                    Seq before) {
  static constexpr std::string_view kLast = R"sql(
    SELECT text, cards FROM message WHERE conversation = ? AND note = 0 AND position < ?
    ORDER BY position DESC LIMIT ?)sql";
  const auto attribute = [&](const char* name) {
    const auto known = attributes.find(name);
    return known == attributes.end() ? std::string_view() : std::string_view(known->second);
  };
  const Orders orders(attribute("orders"));
  for (Query row = database.query(kLast, conversation, before, kMessagesLookedAt); row.next();)
    if (Values values = spoken_of(row, orders); !values.empty()) return values;
  const json* chosen = orders.of_id(attribute("order"));
  if (!chosen) chosen = orders.only();
  return chosen ? values_of(*chosen) : Values();
}

}  // namespace deskbell
