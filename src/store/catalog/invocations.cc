#include "store/catalog/invocations.h"

namespace tidemark::store {

Invocations::Begin Invocations::begin(const std::string& id,
                                      Timestamp now,
                                      SampleSink::Done* done,
                                      std::uint64_t* sequence) {
  const std::lock_guard lock(mutex_);
  const auto [at, is_new] = slots_.try_emplace(id);
  Slot& slot = at->second;
  if (!is_new && !slot.sequence) {
    slot.waiting.push_back(std::move(*done));
    return Begin::joined;
  }
  if (!is_new && slot.received_at >= now - memory_) {
    *sequence = *slot.sequence;
    return Begin::known;
  }
  slot = Slot{};
  return Begin::fresh;
}

std::vector<SampleSink::Done> Invocations::accept(Known request) {
  const std::lock_guard lock(mutex_);
  Slot& slot = slots_[request.id];
  slot.received_at = request.received_at;
  slot.sequence = request.sequence;
  std::vector<SampleSink::Done> waiting = std::move(slot.waiting);
  slot.waiting.clear();
  const Timestamp now = request.received_at;
  accepted_.push_back(std::move(request));
  forget_held(now);
  return waiting;
}

std::vector<SampleSink::Done> Invocations::abort(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = slots_.find(id);
  if (found == slots_.end()) return {};
  std::vector<SampleSink::Done> waiting = std::move(found->second.waiting);
  slots_.erase(found);
  return waiting;
}

void Invocations::forget_old(Timestamp now) {
  const std::lock_guard lock(mutex_);
  forget_held(now);
}

void Invocations::forget_held(Timestamp now) {
  while (!accepted_.empty() &&
         (accepted_.front().received_at < now - memory_ || accepted_.size() > max_ids_)) {
    const Known& oldest = accepted_.front();
    const auto found = slots_.find(oldest.id);
    // The id may have been accepted again since.
    if (found != slots_.end() && found->second.sequence == oldest.sequence) slots_.erase(found);
    accepted_.pop_front();
  }
}

void Invocations::clear() {
  const std::lock_guard lock(mutex_);
  std::erase_if(slots_, [](const auto& each) { return each.second.sequence.has_value(); });
  accepted_.clear();
}

std::vector<Invocations::Known> Invocations::up_to(std::uint64_t sequence) const {
  const std::lock_guard lock(mutex_);
  std::vector<Known> out;
  for (const Known& each : accepted_) {
    if (each.sequence <= sequence) out.push_back(each);
  }
  return out;
}

}  // namespace tidemark::store
