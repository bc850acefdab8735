#pragma once

#include <cstdint>
#include <map>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

namespace tidemark::judge {

/// Samples of one period came.
struct Touch {
  std::uint64_t sequence = 0;  ///< newest record of the log that brought one
  Timestamp first_at;          ///< data time of the first
  friend bool operator==(const Touch&, const Touch&) = default;
};

/// The periods of an expression that samples of a shard's inputs came for and that its model has
/// not been told the value of since. A function of the log, kept over restarts: none is lost
/// between a sample and the value it leads to.
class Touches {
 public:
  /// More are not told apart: the model is made anew then.
  static constexpr std::size_t kMost = 10'000;

  /// A sample of the period came with that record of the log, at data time `at`.
  void add(Timestamp start, std::uint64_t sequence, Timestamp at);
  /// The model has been told of the periods that start before `end`, as they were known with that
  /// record.
  void settle(Timestamp end, std::uint64_t sequence);
  /// The model was made anew from what was known with that record.
  void made_anew(std::uint64_t sequence);

  /// By start.
  [[nodiscard]] const std::map<Timestamp, Touch>& periods() const { return periods_; }
  /// There were more than are kept.
  [[nodiscard]] bool overflown() const { return overflown_ != 0; }

  void save(ByteSink& out) const;
  Result<void> restore(ByteSource& in);

 private:
  std::map<Timestamp, Touch> periods_;
  std::uint64_t overflown_ = 0;  ///< record of the newest that was forgotten, 0: none
};

}  // namespace tidemark::judge
