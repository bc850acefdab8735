#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "judge/always/place_index.h"
#include "judge/always/series_watch.h"
#include "judge/always_on.h"
#include "model/shard.h"

namespace tidemark::judge {

/// A finding is outside of the band at k = 3 and has at least this score. The chance is of a value,
/// so shorter periods ask for more. Measured in bench/RESULTS.md ("The always-on tier").
inline constexpr double kAlwaysOnScore = 0.7;
inline constexpr double kAlwaysOnScoreShort = 0.75;  // of periods under an hour
/// Five values at a new level are no chance of one.
inline constexpr double kAlwaysOnScoreStep = 0.6;
/// The series had so many periods before it, of so much time: what comes once a day or at a week's
/// end is no surprise any more.
inline constexpr std::uint32_t kAlwaysOnLearnedMin = 21;
inline constexpr Duration kAlwaysOnHistoryMin = std::chrono::hours(7 * 24);
/// After a finding a series has no other for a day, and for three of its periods.
inline constexpr Duration kAlwaysOnQuiet = std::chrono::hours(24);
inline constexpr int kAlwaysOnQuietPeriods = 3;

/// The always-on tier (decision 3) of one shard: watches every series that comes, up to a limit,
/// without anybody naming it. Touched by the shard's worker alone; a function of the log.
class AlwaysOnTier final : private WatchSink {
 public:
  struct Found {
    SeriesId series{};
    Duration period{0};
    Timestamp at;  ///< start of the period
    IssuedBand band;
    Finding finding;
  };
  /// Told of a finding; false: nobody wants it (a detector watches the metric), and the series is
  /// not quiet after it.
  using Tell = std::function<bool(const Found& found)>;

  explicit AlwaysOnTier(AlwaysOnOptions options) : options_(options) {}

  /// Closes what is due and takes in the series of a record.
  void on_batch(const EnteredBatch& batch, const Tell& tell);
  /// Closes what is due at `now`, which does not go back.
  void advance(Timestamp now, const Tell& tell);
  void clear();

  /// When advance() may have something to close; nullopt: nothing is open.
  [[nodiscard]] std::optional<Timestamp> next_due() const;
  [[nodiscard]] AlwaysOnCounts counts() const;

  void save(ByteSink& out) const;
  /// Nothing where the tier is switched off. `corrupt`: then it is empty.
  Result<void> restore(ByteSource& in);

 private:
  using Place = PlaceIndex::Place;
  static constexpr std::size_t kChunk = 64;
  using Chunk = std::array<WatchedSeries, kChunk>;

  void on_period(WatchedSeries& series, const WatchedPeriod& closed) override;
  void feed(const EnteredSeries& series, Timestamp now);
  std::optional<Place> place_of(const EnteredSeries& series, Timestamp now);
  std::optional<Place> free_place(Timestamp now);
  WatchedSeries& at(Place place) { return (*chunks_[place / kChunk])[place % kChunk]; }
  [[nodiscard]] const WatchedSeries& at(Place place) const {
    return (*chunks_[place / kChunk])[place % kChunk];
  }
  /// What PlaceIndex asks for.
  [[nodiscard]] auto id_of() const {
    return [this](Place place) { return at(place).head.series; };
  }
  Place append();
  Result<void> restore_series(ByteSource& in);
  void queue(Place place);

  AlwaysOnOptions options_;
  SeriesWatch watch_;
  // In chunks, so that growing neither moves nor doubles them.
  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::size_t size_ = 0;
  std::size_t cursor_ = 0;  // where a place of a silent series is looked for next
  PlaceIndex places_;
  // By instant (s); may name series whose period has closed since.
  std::map<std::uint32_t, std::vector<Place>> due_;
  std::uint64_t refused_ = 0;
  std::size_t looks_left_ = 0;
  const Tell* tell_ = nullptr;  // during a call
  Timestamp now_;               // the same
};

}  // namespace tidemark::judge
