#pragma once

#include <cstdint>
#include <limits>

#include "base/time.h"

namespace tidemark::learn::kind {

/// Rows of equal values: how long the present one is, how long others were, and how often a value
/// usually repeats the one before. What rests does so at zero, so rows of zeros are compared with
/// such rows alone, and others with others. 72 bytes, O(1) a value.
class FlatWatch {
 public:
  /// Equal values in a row that are a flat line, if never half as many came before.
  static constexpr std::int32_t kValues = 6;

  /// The next value, in time order; one that is not finite is passed over.
  void note(Timestamp at, double value);

  /// So many equal values in a row as never before.
  [[nodiscard]] bool is_row() const { return same_ >= kValues && same_ > 2 * longest(); }
  /// A row that is hardly chance, though each of its values may be an ordinary one: 1 and more, how
  /// far beyond what it takes; 0: none.
  [[nodiscard]] double force() const;

  [[nodiscard]] Timestamp began() const { return began_; }
  /// Equal values in a row up to the newest; the longest row of its kind that has ended.
  [[nodiscard]] int same() const { return same_; }
  [[nodiscard]] int longest() const { return of(last_).longest; }

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    constexpr std::int64_t kCounts = kMost;
    archive.real(self.last_, -kLargest, kLargest);
    archive.whole(self.known_, 0, kCounts);
    archive.whole(self.same_, 0, kCounts);
    for (auto* rows : {&self.zeros_, &self.others_}) {
      archive.whole(rows->longest, 1, kCounts);
      archive.whole(rows->ended, 0, kCounts);
      archive.whole(rows->repeats, 0, kCounts);
    }
    archive.time(self.first_at_);
    archive.time(self.began_);
    archive.time(self.newest_);
  }

 private:
  static constexpr std::int32_t kMost = 1'000'000;
  static constexpr double kLargest = std::numeric_limits<double>::max();

  struct Rows {  // that have ended
    std::int32_t longest = 1;
    std::int32_t ended = 0;    // values in them, halved now and then
    std::int32_t repeats = 0;  // ... that were equal to the one before
  };
  [[nodiscard]] const Rows& of(double value) const { return value == 0 ? zeros_ : others_; }
  void end_row();
  [[nodiscard]] double chance_of_repeat() const;

  double last_ = 0;
  std::int32_t known_ = 0;  // values, up to kMost
  std::int32_t same_ = 0;
  Rows zeros_;
  Rows others_;
  Timestamp first_at_;
  Timestamp began_;
  Timestamp newest_;
};

}  // namespace tidemark::learn::kind
