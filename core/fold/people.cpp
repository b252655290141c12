#include "core/fold/aggregates.h"
#include "core/store/database.h"

namespace deskbell {

void fold(const FoldContext& c, const CustomerUpdated& customer) {
  static constexpr std::string_view kUpsert = R"sql(
    INSERT INTO customer (id, name, email) VALUES (?1, coalesce(?2, ''), coalesce(?3, ''))
    ON CONFLICT DO UPDATE SET name = coalesce(?2, name), email = coalesce(?3, email))sql";
  c.database.run(kUpsert, customer.customer, customer.name, customer.email);
  static constexpr std::string_view kSet = R"sql(
    INSERT INTO customer_attribute (customer, name, value) VALUES (?1, ?2, ?3)
    ON CONFLICT DO UPDATE SET value = ?3)sql";
  for (const auto& [name, value] : customer.attributes)
    c.database.run(kSet, customer.customer, name, value);
}

void fold(const FoldContext& c, const AgentUpdated& agent) {
  static constexpr std::string_view kUpsert = R"sql(
    INSERT INTO agent (id, name) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET name = ?2)sql";
  c.database.run(kUpsert, agent.agent, agent.name);
}

}  // namespace deskbell
