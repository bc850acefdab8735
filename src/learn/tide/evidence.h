#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "learn/limits.h"
#include "learn/tide/lull.h"
#include "learn/tide/ranks.h"
#include "learn/tide/surprise.h"

namespace tidemark::learn::tide {

/// What a value looks like from each side that the score goes by.
struct Sight {
  double value = 0;
  double error = 0;      ///< value - forecast of this slot
  double usual = 1;      ///< usual absolute error of that forecast, > 0
  double scale = 1;      ///< ... and what is usual at this moment, > 0
  double far = 0;        ///< value - what season and level alone say
  double far_usual = 1;  ///< usual absolute size of that, > 0
  double floor = 0;      ///< least size that counts as one, > 0
  double beyond = 0;     ///< how many times as far off as anything so far, and out of its band
  friend bool operator==(const Sight&, const Sight&) = default;
};

/// How unusual the newest values are, against the whole history of the series: ranks of some plain
/// sizes. Two questions, two answers. How odd is it here, compared with other times: ranks that are
/// sharp in time, and the sizes of the newest errors themselves, which tell a series that had an
/// incident from one that has only its own largest noise. Is it time for a finding: the largest of
/// several views (level and unrest, lost season, new order of values) against a bar that is high
/// after a finding and comes down with the time since; it must be odd enough here, too. After a
/// finding it is quiet for a while, in proportion to history and a day at most, and at the same
/// time of the next day, unless something clearly larger comes. What is outright odd is a finding
/// whatever was before, rarer the more often it came of late. A value beyond all so far needs less
/// of the rest, and one that is several times as far off as any before, none. And when bursts that
/// used to come stay away for longer than ever, that is a finding of its own.
class Evidence {
 public:
  /// `slots_a_day`: bounds the quiet time.
  explicit Evidence(double slots_a_day) : day_(std::max(1.0, slots_a_day)) {}

  /// [0, 1]: from 0.5 on a finding, that begins with this value.
  [[nodiscard]] double score(std::int64_t slot, const Sight& seen) const;
  /// Every value that is learned or held back passes here, in the order of slots.
  void learn(std::int64_t slot, const Sight& seen) { learn(slot, seen, seen); }
  /// The same, but what later values are compared with takes in `calm` in place of a wild value:
  /// whatever is beyond the range the series keeps to would hide all else for a thousand values.
  void learn(std::int64_t slot, const Sight& seen, const Sight& calm);

  /// Errors are from now on about `error`: their history says nothing of how rare the next are.
  void begin_errors_anew(double error);

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    for (auto& ranks : self.ranks_)
      Ranks::visit(ranks, archive);
    Surprise::visit(self.steps_, archive);
    Lull::visit(self.lull_, archive);
    for (auto* v : {&self.now_.unrest,
                    &self.now_.jolt,
                    &self.now_.stray,
                    &self.now_.swing,
                    &self.usual_swing_})
      archive.real(*v, 0, 4 * kHuge);
    for (auto* v : {&self.now_.displacement, &self.now_.middle, &self.mean_})
      archive.real(*v, -2 * kHuge, 2 * kHuge);
    archive.real(self.now_.surprise, 0, 100);
    archive.real(self.now_.record, 0, 100);
    archive.real(self.mean_distance_, 0, 4 * kHuge);
    archive.whole(self.count_, 0, kCountMax);
    archive.whole(self.errors_, 0, kCountMax);
    archive.whole(self.since_, 0, kCountMax);
    archive.whole(self.under_, 0, kCountMax);
    archive.whole(self.pause_, 0, kCountMax);
    archive.whole(self.calm_, 0, kCountMax);
    archive.real(self.outright_more_, 0, 10'000);
    archive.whole(self.familiar_, 0, kCountMax);
    archive.real(self.unheard_more_, 0, 10'000);
    archive.whole(self.marked_, INT64_MIN, INT64_MAX);
    archive.real(self.peak_, 0, 1000);
  }

 private:
  static constexpr int kCountMax = 1'000'000;

  /// Running means over the newest values.
  struct Means {
    double unrest = 0;        // of absolute errors, ten values
    double jolt = 0;          // ... three values
    double displacement = 0;  // of `far`, twenty
    double stray = 0;         // of absolute `far`, a day of five minutes
    double middle = 0;        // of the values, thirty
    double swing = 0;         // of the distance from that, thirty
    double surprise = 0;      // of Surprise, five
    double record = 0;        // octaves by which values went beyond all before, fading
  };
  /// The sizes that are ranked, each against its usual one.
  enum View : std::size_t {
    unrest_view,
    displacement_view,
    distance_view,
    stray_view,
    swing_view,
    far_view,
    miss_view,
    surprise_view,
    views
  };
  using PerView = std::array<double, views>;
  /// -log10 of shares of history.
  struct Rarity {
    double odd = 0;  // how odd it is here; with the octaves by which errors are beyond the usual
    double finding = 0;  // the view that shows most
    double severe = 0;   // how far out, once it is a finding: one wild value counts in full
  };
  /// All that is said of one value; the same for its score and for what is learned of it.
  struct Appraisal {
    Sight seen;
    Means means;
    PerView sizes{};
    PerView shares{};  // of history that is as large
    double threshold = 0;
    Rarity found;
  };

  [[nodiscard]] Means means_with(const Sight& seen) const;
  [[nodiscard]] PerView sizes(const Sight& seen, const Means& means) const;
  [[nodiscard]] const Appraisal& appraise(const Sight& seen) const;
  [[nodiscard]] static Rarity rarity(const Appraisal& of);
  [[nodiscard]] double threshold() const;
  [[nodiscard]] double young() const;
  [[nodiscard]] double bar(double threshold) const;
  [[nodiscard]] double outright_bar() const;
  [[nodiscard]] bool outright(double odd) const;
  [[nodiscard]] double far_beyond(const Sight& seen) const;
  [[nodiscard]] bool unheard_of(const Sight& seen) const;
  [[nodiscard]] bool lulled(const Sight& seen) const;
  [[nodiscard]] bool quiet(std::int64_t slot, double found) const;
  [[nodiscard]] bool same_time_next_day(std::int64_t slot) const;
  void note_odd(double odd, bool first);
  void note_beyond(const Sight& seen);
  void note_finding(std::int64_t slot, double found, bool outright);
  void learn_usual(const Sight& seen, const Means& means);

  double day_;
  std::array<Ranks, views> ranks_;
  Surprise steps_;
  Lull lull_;
  Means now_;
  double mean_ = 0;
  double mean_distance_ = 0;
  double usual_swing_ = 0;
  int count_ = 0;
  int errors_ = 0;                   // values since errors began anew
  int since_ = 0;                    // values since the last finding began
  int under_ = 0;                    // ... since the last one that reached the bar, in quiet or not
  int pause_ = 0;                    // ... until when it stays quiet
  int calm_ = kCountMax;             // values since the last outright odd one
  double outright_more_ = 0;         // how much odder it must be now, after others
  int familiar_ = kCountMax;         // values since the last that was far beyond all before
  double unheard_more_ = 0;          // octaves by which it must be further off now, after others
  std::int64_t marked_ = INT64_MIN;  // slot of the last finding, or of what came back a day later
  double peak_ = 0;                  // largest rarity since the last finding began
  // What appraise() last made: a value is scored, then learned.
  mutable std::optional<Appraisal> kept_;
};

}  // namespace tidemark::learn::tide
