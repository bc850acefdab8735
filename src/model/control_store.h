#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace tidemark {

/// A kept configuration or state: JSON text under (collection, key). Collections in use:
/// alarm, alarm_state, calendar, configured_verdict, detector, topic, subscription, tag, setting,
/// verdict.
struct ControlDocument {
  std::string collection;
  std::string key;
  std::string body;
};
struct PutDocument {
  ControlDocument document;
};
struct DeleteDocument {
  std::string collection;
  std::string key;
};

/// A line of an alarm's history, kept after the alarm is gone.
struct HistoryItem {
  std::int64_t id = 0;  ///< given by the store, ascending
  std::string alarm_name;
  std::string alarm_type;  ///< "MetricAlarm" or "CompositeAlarm"
  std::string type;        ///< "ConfigurationUpdate", "StateUpdate" or "Action"
  Timestamp at;
  std::string summary;
  std::string data;  ///< JSON text
  /// What happened in a sentence for people; not part of what AWS clients read. "" = none.
  std::string words{};
  /// Whose alarm: names are unique in one account and region only. "" = kept before this was.
  std::string account{};
  std::string region{};
};

/// A transition's action that waits to be expanded into deliveries. Unique by (transition_id,
/// action): adding it again is no error and changes nothing.
struct OutboxRow {
  std::int64_t id = 0;
  std::string transition_id;
  std::string action;  ///< ARN of a topic, or "runbook:NAME"
  Timestamp at;
  std::string body;  ///< to_json(Transition), or the message of a plain Publish
  std::string kind;  ///< "transition" or "publish"
};

/// One message to one receiver, tried until it is taken or given up.
struct Delivery {
  std::string id;  ///< UUID, sent along; the same on every attempt
  std::int64_t outbox_id = 0;
  std::string subscription;  ///< ARN of the subscription, or the action itself
  std::string protocol;      ///< "email", "http", "https", "runbook"
  std::string endpoint;
  std::string alarm_name;  ///< "" for a plain Publish
  std::string state;       ///< "pending", "delivered" or "dead"
  int attempts = 0;
  Timestamp created_at;                     ///< data time
  Timestamp next_try_at;                    ///< machine time
  Timestamp finished_at;                    ///< machine time
  Timestamp give_up_at = Timestamp::max();  ///< machine time; dead when not taken by then
  std::string last_error;
  std::string output;  ///< what a runbook printed, cut to 64 KiB
  std::string body;    ///< what is sent, protocol's own form
};
/// Writes deliveries of an outbox row and marks the row expanded. A delivery of the same
/// (outbox_id, subscription) that is there already is left as it is.
struct ExpandOutbox {
  std::int64_t outbox_id = 0;
  std::vector<Delivery> deliveries;
};
struct UpdateDelivery {
  Delivery delivery;
};
struct AddAudit {
  Timestamp at;
  std::string who, what, object, detail;
};

/// Removes history, audit, and finished deliveries with their outbox rows from before `before`
/// (data time), oldest first, at most kRemoveAtOnce of each: ask again until nothing is left.
struct RemoveOld {
  Timestamp before;
};
inline constexpr int kRemoveAtOnce = 10'000;

using ControlChange = std::variant<PutDocument,
                                   DeleteDocument,
                                   HistoryItem,
                                   OutboxRow,
                                   ExpandOutbox,
                                   UpdateDelivery,
                                   AddAudit,
                                   RemoveOld>;

struct HistoryQuery {
  std::string account, region;           ///< "" = all
  std::string alarm_name;                ///< "" = all
  std::string type;                      ///< "" = all
  std::vector<std::string> alarm_types;  ///< empty = all
  Timestamp from = Timestamp::min();
  Timestamp to = Timestamp::max();
  bool newest_first = true;
  std::size_t limit = 100;
  std::optional<std::int64_t> after_id;  ///< go on behind this item, in the query's direction
};
struct DeliveryQuery {
  std::string alarm_name;           ///< "" = all
  std::string state;                ///< "" = all
  std::optional<Timestamp> due_by;  ///< pending ones with next_try_at <= this
  /// With due_by: at most so many of each subscription, those due longest, without those that wait
  /// behind an older pending one of the same alarm and subscription. 0: all.
  std::size_t per_subscription = 0;
  std::size_t limit = 100;
};

struct AuditQuery {
  Timestamp from = Timestamp::min();
  Timestamp to = Timestamp::max();
  std::vector<std::string> without;  ///< entries whose `what` is one of these are left out
  std::size_t limit = 100;
};

/// Port: truth for decisions (decision 7). One transaction for all changes of a step: after a crash
/// all of them are there or none.
class ControlStore {
 public:
  using Done = std::function<void(Result<void>)>;
  virtual ~ControlStore() = default;
  /// `done` is called from the writer's thread once the transaction is durable.
  virtual void commit(std::vector<ControlChange> changes, Done done) = 0;
  /// commit() and wait. Not from within a `done`.
  virtual Result<void> commit_and_wait(std::vector<ControlChange> changes) = 0;

  [[nodiscard]] virtual Result<std::vector<ControlDocument>> documents(
      const std::string& collection) = 0;
  [[nodiscard]] virtual Result<std::vector<HistoryItem>> history(const HistoryQuery& query) = 0;
  /// Outbox rows that are not expanded yet, oldest first.
  [[nodiscard]] virtual Result<std::vector<OutboxRow>> unexpanded_outbox(std::size_t limit) = 0;
  /// Newest first, but due ones by next_try_at.
  [[nodiscard]] virtual Result<std::vector<Delivery>> deliveries(const DeliveryQuery& query) = 0;
  /// Number of deliveries in that state.
  [[nodiscard]] virtual Result<std::int64_t> count_deliveries(const std::string& state) = 0;
  /// Entries of [from, to), newest first.
  [[nodiscard]] virtual Result<std::vector<AddAudit>> audit(const AuditQuery& query) = 0;
  /// Removes everything (test API only).
  virtual Result<void> clear() = 0;
};

}  // namespace tidemark
