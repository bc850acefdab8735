#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "model/sample_sink.h"

namespace tidemark::store {

/// Requests that were taken lately or are being taken, by `Batch::invocation_id`, so that a repeat
/// is not counted twice (decision 8). Thread-safe.
class Invocations {
 public:
  /// A request that was accepted.
  struct Known {
    std::string id;
    Timestamp received_at;
    std::uint64_t sequence = 0;
  };
  enum class Begin {
    fresh,   ///< go on; accept() or abort() is owed
    known,   ///< accepted before: `*sequence` is set
    joined,  ///< the first one is in flight; `*done` was taken and is answered with it
  };

  Invocations(Duration memory, std::size_t max_ids) : memory_(memory), max_ids_(max_ids) {}

  Begin begin(const std::string& id,
              Timestamp now,
              SampleSink::Done* done,
              std::uint64_t* sequence);
  /// Both give back the repeats that joined meanwhile, to be answered by the caller.
  [[nodiscard]] std::vector<SampleSink::Done> accept(Known request);
  [[nodiscard]] std::vector<SampleSink::Done> abort(const std::string& id);

  void forget_old(Timestamp now);
  void clear();
  /// Accepted ones up to that sequence, oldest first.
  [[nodiscard]] std::vector<Known> up_to(std::uint64_t sequence) const;

 private:
  struct Slot {
    Timestamp received_at;
    std::optional<std::uint64_t> sequence;  // nullopt: in flight
    std::vector<SampleSink::Done> waiting;
  };
  void forget_held(Timestamp now);

  const Duration memory_;
  const std::size_t max_ids_;
  mutable std::mutex mutex_;  // guards all below
  std::unordered_map<std::string, Slot> slots_;
  std::deque<Known> accepted_;  // in the order of accept(), for forgetting
};

}  // namespace tidemark::store
