#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "learn/kind/pace.h"
#include "learn/kind/record.h"
#include "learn/kind/story.h"

namespace tidemark::learn::kind {

/// Remembers the shape of a series' weeks for months, where the model's forecast follows within
/// hours, and says when the last turn (a day; of daily slots three weeks) departs from it as never
/// before, and which story tells that best: the shape is gone, or the values have crept away.
/// Values that went elsewhere at once are taken for their new level: that is over as soon as it is
/// told.
///
/// Bounded memory (1.6 kB), O(1) a slot but for one pass over 24 departures a bucket.
class ShapeWatch {
 public:
  static constexpr std::size_t kRecent = 24;  ///< buckets of the last turn

  enum class Case : std::uint8_t { none = 0, lost_season = 1, slow_drift = 2 };

  /// The next slot's value, in time order; finite and at most kMost.
  void note(const Slot& slot, const Pace& pace, double value);
  /// What has been going on since began(), as far as closed buckets tell; it ends when the values
  /// come back, or after two weeks (of daily slots two months), when they are what is usual.
  [[nodiscard]] Case now() const { return now_; }
  [[nodiscard]] Timestamp began() const { return began_; }
  /// How far beyond what it takes: 1 and more.
  [[nodiscard]] double force() const { return force_; }
  /// slow_drift: 1 upwards, -1 downwards. Otherwise 0.
  [[nodiscard]] int side() const { return now_ == Case::slow_drift ? drift_side_ : 0; }

  /// The values went to another level within the last turn: forecasts are wrong for a while.
  [[nodiscard]] bool is_settling() const { return settling_ > 0; }
  /// A new level.
  struct Shift {
    Timestamp began;   // its first slot
    double by = 0;     // how far above the one before; below: < 0
    double force = 1;  // how far beyond what it takes, 1 and more
  };
  /// What is_settling() is about, if it is too clear and too long for anything else; nullptr: it is
  /// not, not yet, or the values are back.
  [[nodiscard]] const Shift* shift() const;

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive);

 private:
  static constexpr std::size_t kPlaces = 168;
  static constexpr std::size_t kFormer = 32;
  static constexpr int kFormerBuckets = 6;  // that one former departure is the mean of

  struct Recent {
    Timestamp at;  // of its first slot
    float usual = 0;
    float away = 0;
  };
  struct Former {
    Timestamp at;
    float away = 0;
  };

  void close_bucket(const Pace& pace);
  void learn(std::size_t place, double value, double away);
  void remember(const Recent& recent);
  void judge(const Pace& pace);
  void keep_records(const Pace& pace, double mean, double spread);
  void go_on(const Pace& pace, double mean);
  void find_story(const Pace& pace, double mean, double spread);
  [[nodiscard]] bool crept(const Pace& pace,
                           const Story& step,
                           const Story& ramp,
                           Timestamp* began) const;
  void begin(Case what, Timestamp began, double force);
  void end();
  void take_step(const Story& step, std::span<const Departure> past);
  void note_shift(const Story& step, bool is_clear);
  void accept_level(double by, std::size_t from);
  void start_anew();
  [[nodiscard]] std::array<Departure, kRecent> departures() const;
  [[nodiscard]] double mean_of(std::size_t newest) const;
  [[nodiscard]] double jitter() const;

  double middle_ = 0;  // all of the shape is relative to it
  std::array<float, kPlaces> shape_{};
  std::array<std::uint8_t, kPlaces> passes_{};
  std::array<Recent, kRecent> recent_{};  // oldest first once it is full
  std::array<Former, kFormer> former_{};  // the same
  double usual_away_ = 0;
  Record means_;    // of the mean departure of a turn
  Record spreads_;  // of the root mean square of one
  double sum_ = 0;  // of the open bucket, relative to middle_
  Timestamp opened_;
  Timestamp began_;
  double force_ = 0;
  double bar_ = 0;           // mean departure at which what is going on began
  std::int32_t place_ = 0;   // of the open bucket
  std::int32_t count_ = 0;   // values in it
  std::int32_t known_ = 0;   // buckets that had something foreseen, since the beginning
  std::int32_t filled_ = 0;  // of recent_
  std::int32_t formers_ = 0;
  std::int32_t going_on_ = 0;  // buckets since it began
  std::int32_t drift_side_ = 0;
  std::int32_t settling_ = 0;  // buckets left
  Shift shift_;
  std::int32_t shifted_ =
      0;  // buckets at the new level when it was taken in; 0: it is no clear one
  bool started_ = false;
  Case now_ = Case::none;
};

}  // namespace tidemark::learn::kind
