#pragma once

#include <cstdint>
#include <limits>

#include "base/time.h"

namespace tidemark::learn::kind {

/// Rows of equal values: how long the present one is, how long others were, and how often a value
/// usually repeats the one before. 64 bytes, O(1) a value.
class FlatWatch {
 public:
  /// Equal values in a row that are a flat line, if never half as many came before.
  static constexpr std::int32_t kValues = 6;

  /// The next value, in time order; one that is not finite is passed over.
  void note(Timestamp at, double value);

  /// So many equal values in a row as never before.
  [[nodiscard]] bool is_row() const { return same_ >= kValues && same_ > 2 * longest_; }
  /// A row that is hardly chance, though each of its values may be an ordinary one: 1 and more, how
  /// far beyond what it takes; 0: none. Never of zeros: what rests is at zero.
  [[nodiscard]] double force() const;

  [[nodiscard]] Timestamp began() const { return began_; }
  /// Equal values in a row up to the newest; the longest row that has ended.
  [[nodiscard]] int same() const { return same_; }
  [[nodiscard]] int longest() const { return longest_; }

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    constexpr std::int64_t kCounts = kMost;
    archive.real(self.last_, -kLargest, kLargest);
    archive.whole(self.known_, 0, kCounts);
    archive.whole(self.same_, 0, kCounts);
    archive.whole(self.longest_, 1, kCounts);
    archive.whole(self.ended_, 0, kCounts);
    archive.whole(self.repeats_, 0, kCounts);
    archive.time(self.first_at_);
    archive.time(self.began_);
    archive.time(self.newest_);
  }

 private:
  static constexpr std::int32_t kMost = 1'000'000;
  static constexpr double kLargest = std::numeric_limits<double>::max();

  void end_row();

  double last_ = 0;
  std::int32_t known_ = 0;  // values, up to kMost
  std::int32_t same_ = 0;
  std::int32_t longest_ = 1;
  std::int32_t ended_ = 0;    // values in rows that have ended, halved now and then
  std::int32_t repeats_ = 0;  // ... that were equal to the one before
  Timestamp first_at_;
  Timestamp began_;
  Timestamp newest_;
};

}  // namespace tidemark::learn::kind
