#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/control_store.h"
#include "store/control/sqlite.h"

namespace tidemark::store::control {

// The reads of ControlStore, on a connection the caller has to itself.

Result<std::vector<ControlDocument>> read_documents(Database& database,
                                                    const std::string& collection);
/// `after_id` of an item that is not there is `Errc::invalid`.
Result<std::vector<HistoryItem>> read_history(Database& database, const HistoryQuery& query);
Result<std::vector<OutboxRow>> read_unexpanded(Database& database, std::size_t limit);
Result<std::vector<Delivery>> read_deliveries(Database& database, const DeliveryQuery& query);
Result<std::int64_t> count_deliveries(Database& database, const std::string& state);
Result<std::vector<AddAudit>> read_audit(Database& database, const AuditQuery& query);

/// UUID of the sample store that the database belongs to; "": not known yet.
Result<std::string> read_samples(Database& database);
/// Transactions so far.
Result<std::int64_t> read_commits(Database& database);

}  // namespace tidemark::store::control
