// For the tests of this folder, which may not include the real store.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "model/control_store.h"

namespace tidemark::act::standins {

/// ControlStore in memory: what was committed outlives the objects that use it, as on a disk.
class MemoryStore final : public ControlStore {
 public:
  using Commit = std::vector<ControlChange>;
  /// Refuses commits for which `refuse` is true, as a full disk would. Empty: takes all again.
  void refuse_when(std::function<bool(const Commit&)> refuse) {
    const std::lock_guard lock(mutex_);
    refuse_ = std::move(refuse);
  }
  /// Called at the end of each read of deliveries, without a lock.
  void after_read(std::function<void()> hook) {
    const std::lock_guard lock(mutex_);
    after_read_ = std::move(hook);
  }
  [[nodiscard]] std::vector<AddAudit> audit() {
    const std::lock_guard lock(mutex_);
    return audit_;
  }

  void commit(Commit changes, Done done) override {
    auto result = write(changes);
    if (done) done(std::move(result));
  }
  Result<void> commit_and_wait(Commit changes) override { return write(changes); }

  Result<std::vector<ControlDocument>> documents(const std::string& collection) override {
    const std::lock_guard lock(mutex_);
    std::vector<ControlDocument> out;
    for (const auto& [place, body] : documents_) {
      if (place.first == collection) out.push_back({collection, place.second, body});
    }
    return out;
  }
  /// Newest first; of the query only name and type count.
  Result<std::vector<HistoryItem>> history(const HistoryQuery& query) override {
    const std::lock_guard lock(mutex_);
    std::vector<HistoryItem> out;
    for (auto item = history_.rbegin(); item != history_.rend(); ++item) {
      const bool named = query.alarm_name.empty() || item->alarm_name == query.alarm_name;
      if (named && (query.type.empty() || item->type == query.type)) out.push_back(*item);
    }
    return out;
  }
  Result<std::vector<OutboxRow>> unexpanded_outbox(std::size_t limit) override {
    const std::lock_guard lock(mutex_);
    std::vector<OutboxRow> out;
    for (const auto& [row, expanded] : outbox_) {
      if (!expanded && out.size() < limit) out.push_back(row);
    }
    return out;
  }
  Result<std::vector<Delivery>> deliveries(const DeliveryQuery& query) override {
    std::function<void()> hook;
    std::vector<Delivery> out;
    {
      const std::lock_guard lock(mutex_);
      out = query.due_by ? due(query) : newest(query);
      hook = after_read_;
    }
    if (hook) hook();
    return out;
  }
  Result<std::int64_t> count_deliveries(const std::string& state) override {
    const std::lock_guard lock(mutex_);
    return std::count_if(deliveries_.begin(), deliveries_.end(), [&](const Delivery& d) {
      return d.state == state;
    });
  }
  Result<std::vector<AddAudit>> audit(const AuditQuery& /*query*/) override {
    return std::vector<AddAudit>{};
  }
  Result<void> clear() override {
    const std::lock_guard lock(mutex_);
    documents_.clear();
    history_.clear();
    outbox_.clear();
    deliveries_.clear();
    return {};
  }

 private:
  Result<void> write(const Commit& changes) {
    const std::lock_guard lock(mutex_);
    if (refuse_ && refuse_(changes)) return fail(Errc::io, "the disk is full");
    for (const ControlChange& change : changes) {
      if (const auto* update = std::get_if<UpdateDelivery>(&change)) {
        if (find(update->delivery.id) == nullptr) return fail(Errc::not_found, "no such delivery");
      }
    }
    for (const ControlChange& change : changes) {
      std::visit([this](const auto& c) { apply(c); }, change);
    }
    return {};
  }
  Delivery* find(const std::string& id) {
    for (Delivery& delivery : deliveries_) {
      if (delivery.id == id) return &delivery;
    }
    return nullptr;
  }

  void apply(const PutDocument& c) {
    documents_[{c.document.collection, c.document.key}] = c.document.body;
  }
  void apply(const DeleteDocument& c) { documents_.erase({c.collection, c.key}); }
  void apply(const HistoryItem& item) { history_.push_back(item); }
  void apply(const OutboxRow& row) {
    for (const auto& [known, expanded] : outbox_) {
      if (known.transition_id == row.transition_id && known.action == row.action) return;
    }
    outbox_.emplace_back(row, false);
    outbox_.back().first.id = static_cast<std::int64_t>(outbox_.size());
  }
  void apply(const ExpandOutbox& c) {
    for (auto& [row, expanded] : outbox_) {
      if (row.id == c.outbox_id) expanded = true;
    }
    for (Delivery delivery : c.deliveries) {
      delivery.outbox_id = c.outbox_id;
      const bool known =
          std::any_of(deliveries_.begin(), deliveries_.end(), [&](const Delivery& d) {
            return d.outbox_id == c.outbox_id && d.subscription == delivery.subscription;
          });
      if (!known) deliveries_.push_back(std::move(delivery));
    }
  }
  void apply(const UpdateDelivery& c) { *find(c.delivery.id) = c.delivery; }
  void apply(const AddAudit& entry) { audit_.push_back(entry); }
  void apply(const RemoveOld& /*old*/) {}  // nothing gets old in a test

  [[nodiscard]] std::vector<Delivery> newest(const DeliveryQuery& query) const {
    std::vector<Delivery> out;
    for (auto d = deliveries_.rbegin(); d != deliveries_.rend(); ++d) {
      const bool fits = (query.state.empty() || d->state == query.state) &&
                        (query.alarm_name.empty() || d->alarm_name == query.alarm_name);
      if (fits) out.push_back(*d);
    }
    return out;
  }
  [[nodiscard]] std::vector<Delivery> due(const DeliveryQuery& query) const {
    std::vector<Delivery> out;
    std::map<std::pair<std::string, std::string>, int> older;
    for (const Delivery& d : deliveries_) {
      if (d.state != "pending") continue;
      const bool waits = !d.alarm_name.empty() && older[{d.subscription, d.alarm_name}]++ > 0;
      if (!waits && d.next_try_at <= *query.due_by) out.push_back(d);
    }
    std::stable_sort(out.begin(), out.end(), [](const Delivery& a, const Delivery& b) {
      return a.next_try_at < b.next_try_at;
    });
    std::map<std::string, std::size_t> given;
    std::erase_if(out, [&](const Delivery& d) {
      return query.per_subscription > 0 && given[d.subscription]++ >= query.per_subscription;
    });
    return out;
  }

  std::mutex mutex_;  // guards all below
  std::function<bool(const Commit&)> refuse_;
  std::function<void()> after_read_;
  std::map<std::pair<std::string, std::string>, std::string> documents_;
  std::vector<HistoryItem> history_;
  std::vector<std::pair<OutboxRow, bool>> outbox_;
  std::vector<Delivery> deliveries_;
  std::vector<AddAudit> audit_;
};

}  // namespace tidemark::act::standins
