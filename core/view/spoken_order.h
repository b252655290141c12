#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/event/payload.h"

namespace deskbell {

class Database;

/// What is known of the order that a conversation is about, for templates: `order.id`,
/// `order.status`, and whatever else the page has told of it in the customer's attribute `orders`,
/// `[{"id": "4711", "status": "On its way", "total": "53.80 EUR"}, …]`; or what the card says that
/// it was shown with. It is the order that was spoken of last before `before`: in a text that has
/// its id in it, or on a card. Without any, the one that the attribute `order` names, or the only
/// one that there is. `attributes` are the customer's; `conversation` may be empty.
std::map<std::string, std::string> spoken_order(
    Database& database, std::string_view conversation,
    const std::map<std::string, std::string>& attributes, Seq before);

}  // namespace deskbell
