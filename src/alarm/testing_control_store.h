#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <vector>

#include "model/control_store.h"

namespace tidemark::alarm {

/// Stand-in for the control database: in memory, safe from any thread, and able to fail.
class TestingControlStore final : public ControlStore {
 public:
  enum class Mode {
    working,
    failing,     ///< nothing is kept and the caller hears of it
    dies_after,  ///< the next transaction is kept, but the caller hears of a failure; then failing
  };
  void set_mode(Mode mode) {
    const std::lock_guard lock(mutex_);
    mode_ = mode;
  }
  /// Called before each transaction, without a lock: a test may hold the caller here.
  std::function<void()> before_commit;

  void commit(std::vector<ControlChange> changes, Done done) override {
    done(commit_and_wait(std::move(changes)));
  }
  Result<void> commit_and_wait(std::vector<ControlChange> changes) override {
    if (before_commit) before_commit();
    const std::lock_guard lock(mutex_);
    if (mode_ == Mode::failing) return fail(Errc::io, "disk is full");
    for (const ControlChange& change : changes)
      apply(change);
    ++commits_;
    if (mode_ == Mode::working) return {};
    mode_ = Mode::failing;
    return fail(Errc::io, "gone");
  }
  Result<std::vector<ControlDocument>> documents(const std::string& collection) override {
    const std::lock_guard lock(mutex_);
    std::vector<ControlDocument> out;
    for (const auto& [key, body] : documents_) {
      if (key.first == collection) out.push_back({key.first, key.second, body});
    }
    return out;
  }
  Result<std::vector<HistoryItem>> history(const HistoryQuery& query) override {
    const std::lock_guard lock(mutex_);
    std::vector<HistoryItem> out = history_;
    if (query.newest_first) std::reverse(out.begin(), out.end());
    std::erase_if(out, [&query](const HistoryItem& item) {
      const bool behind = !query.after_id || (query.newest_first ? item.id < *query.after_id
                                                                 : item.id > *query.after_id);
      const bool foreign = (!query.account.empty() && item.account != query.account) ||
                           (!query.region.empty() && item.region != query.region);
      return !behind || foreign ||
             (!query.alarm_name.empty() && item.alarm_name != query.alarm_name) ||
             (!query.type.empty() && item.type != query.type) || item.at < query.from ||
             item.at > query.to;
    });
    if (out.size() > query.limit) out.resize(query.limit);
    return out;
  }
  Result<std::vector<OutboxRow>> unexpanded_outbox(std::size_t limit) override {
    const std::lock_guard lock(mutex_);
    std::vector<OutboxRow> out(
        outbox_.begin(),
        outbox_.begin() + static_cast<std::ptrdiff_t>(std::min(limit, outbox_.size())));
    return out;
  }
  Result<std::vector<Delivery>> deliveries(const DeliveryQuery& /*query*/) override {
    return std::vector<Delivery>{};
  }
  Result<std::int64_t> count_deliveries(const std::string& /*state*/) override { return 0; }
  Result<std::vector<AddAudit>> audit(const AuditQuery& /*query*/) override { return audit(); }
  Result<void> clear() override {
    const std::lock_guard lock(mutex_);
    documents_.clear();
    history_.clear();
    outbox_.clear();
    return {};
  }

  std::vector<OutboxRow> outbox() { return *unexpanded_outbox(1'000'000); }
  int commits() {
    const std::lock_guard lock(mutex_);
    return commits_;
  }
  std::vector<AddAudit> audit() {
    const std::lock_guard lock(mutex_);
    return audit_;
  }

 private:
  void apply(const ControlChange& change) {
    if (const auto* put = std::get_if<PutDocument>(&change)) {
      documents_[{put->document.collection, put->document.key}] = put->document.body;
    } else if (const auto* removed = std::get_if<DeleteDocument>(&change)) {
      documents_.erase({removed->collection, removed->key});
    } else if (const auto* item = std::get_if<HistoryItem>(&change)) {
      history_.push_back(*item);
      history_.back().id = static_cast<std::int64_t>(history_.size());
    } else if (const auto* row = std::get_if<OutboxRow>(&change)) {
      const bool known = std::any_of(outbox_.begin(), outbox_.end(), [row](const OutboxRow& other) {
        return other.transition_id == row->transition_id && other.action == row->action;
      });
      if (!known) outbox_.push_back(*row);
    } else if (const auto* audit = std::get_if<AddAudit>(&change)) {
      audit_.push_back(*audit);
    }
  }

  std::mutex mutex_;
  Mode mode_ = Mode::working;
  int commits_ = 0;
  std::map<std::pair<std::string, std::string>, std::string> documents_;
  std::vector<HistoryItem> history_;
  std::vector<OutboxRow> outbox_;
  std::vector<AddAudit> audit_;
};

}  // namespace tidemark::alarm
