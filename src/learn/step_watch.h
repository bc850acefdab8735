#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "learn/kind/limits.h"
#include "learn/width.h"

namespace tidemark::learn {

/// A series that keeps within fixed limits, and then goes to another place at once and stays there.
/// Its band may follow before five values in a row were outside of theirs; this compares with the
/// values, and with the band as it was before the first of them. 72 bytes, no pointer in it, O(1) a
/// value.
class StepWatch {
 public:
  /// Values in a row near each other and outside of the limits that are a new level.
  static constexpr int kValues = 5;

  /// The next value, in time order, and the band that it was compared with; without one, or not
  /// finite, it counts for nothing.
  void note(Timestamp at, double value, const std::optional<Edges>& usual);

  /// 1 upwards, -1 downwards: the series is at a new level, of which nobody was told before the
  /// newest value. 0: it is not.
  [[nodiscard]] int side() const { return is_step() ? (row_ > 0 ? 1 : -1) : 0; }
  /// The first value at the new level.
  [[nodiscard]] Timestamp began() const { return began_; }
  /// Its values so far.
  [[nodiscard]] int values() const { return row_ < 0 ? -row_ : row_; }
  /// The lowest and the highest value of the level it has left.
  [[nodiscard]] Edges left() const { return usual_; }
  /// How far beyond what it takes: 1 and more.
  [[nodiscard]] double force() const;
  /// Somebody is told: from the next value on the new level is what is usual.
  void told() { told_ = is_step(); }

  /// Whether bytes from a file are a state to go on from.
  [[nodiscard]] bool is_sane() const;

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    for (auto* v : {&self.usual_.lower, &self.usual_.upper, &self.edge_, &self.low_, &self.high_})
      archive.real(*v, -kind::kMost, kind::kMost);
    archive.time(self.began_);
    archive.whole(self.known_, 0, kKnownMost);
    archive.whole(self.calm_, 0, kKnownMost);
    archive.whole(self.row_, -kPatience, kPatience);
    archive.whole(self.away_, 0, kValues);
    archive.whole(self.told_, 0, 1);
  }

 private:
  static constexpr std::int32_t kKnownMost = 10'000;
  static constexpr std::int32_t kPatience = 1000;  // values after which it is told to nobody

  [[nodiscard]] bool is_step() const { return values() >= kValues; }
  [[nodiscard]] bool rests() const;
  [[nodiscard]] bool joins(double value, int side) const;
  bool takes_in(double value, const Edges& usual);
  void leave(Timestamp at, double value, const Edges& usual);
  void settle();
  [[nodiscard]] double away(double low, double high, int side) const;

  Edges usual_;      // of the values where the series has kept
  double edge_ = 0;  // of the band before the row of values that are elsewhere, on their side
  double low_ = 0;   // of that row
  double high_ = 0;
  Timestamp began_;
  std::int32_t known_ = 0;  // values; since a step those at its level
  std::int32_t calm_ = 0;   // ... of them within usual_
  std::int32_t row_ = 0;    // in a row near each other and outside: below < 0 < above
  std::int32_t away_ = 0;   // in a row outside, wherever
  std::int32_t told_ = 0;
  std::int32_t unused_ = 0;  // always 0: no gap where the bytes are kept as they lie
};

}  // namespace tidemark::learn
