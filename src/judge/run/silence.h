#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "base/zone.h"
#include "judge/run/clock_guess.h"

namespace tidemark::judge {

/// A metric that has stopped reporting.
struct Silence {
  Timestamp at;     ///< the missing period by which it has lasted too long
  Timestamp began;  ///< the first period that should have been there
  Timestamp due;    ///< when that was certain
  double score = 0;
};

/// Learns when a metric reports, by hours of its week (of daily periods by weekdays), and says when
/// it has been silent for longer than ever usual. A period is missed if its place in the week was
/// there in eight of ten weeks; too long is one and a half times the longest row of missed ones so
/// far, at least three, of daily and slower periods one. A metric that is mostly not there is
/// judged by its gaps: too long is twice the longest, if there is a usual one. No clock: a function
/// of the periods and of when their data came. Bounded memory, 0.8 kB. Of periods of a day or more
/// in a zone the usual arrival is that of the clock that the job goes by; as long as nobody knows
/// which one that is, the later one. Data that come so late that they are an import, or of a source
/// far behind, are waited for as long as the newest of them took: what follows them is on its way.
class SilenceWatch {
 public:
  /// `zone`: IANA name, "" is UTC.
  explicit SilenceWatch(Duration period, const std::string& zone = "");

  /// Are the periods that it is fed those of local clocks, written as UTC (RunDays), or those of
  /// UTC? What it knows of arrivals is of one of them.
  void count_local_days(bool local_days);

  /// A period has data. Returns the silence that ended with it, if nobody was told of it: in
  /// history, and where nobody asked in time. Not newer than the newest: nothing. `offset_s`: of
  /// the detector's time zone.
  std::optional<Silence> see(Timestamp start, int offset_s);
  [[nodiscard]] bool is_new(Timestamp start) const { return !newest_ || start > *newest_; }
  /// Its first data came at `at`, live; before see().
  void note_arrival(Timestamp start, Timestamp at);
  /// The arrivals that another watch has noted: of the same metric.
  void take_arrivals(const SilenceWatch& other);

  /// The silence that is going on, or will be if nothing comes; nullopt: none, or told of.
  [[nodiscard]] std::optional<Silence> next() const { return next_; }
  /// It is known, or nobody wants to hear of it.
  void told();
  /// Nobody wants to hear of it before the period after `at`.
  void postpone(Timestamp at);

  void save(ByteSink& out) const;
  Result<void> restore(ByteSource& in);

 private:
  Result<void> restore_week(ByteSource& in);
  Result<void> restore_row(ByteSource& in);
  struct Arrivals {  // seconds from the beginning of a period to its first data
    double mean = 0;
    double most = 0;
  };
  void note(Arrivals& arrivals, double late) const;
  [[nodiscard]] Duration usual_lateness(const Arrivals& arrivals) const;
  [[nodiscard]] Timestamp over(Timestamp start) const;
  [[nodiscard]] Timestamp latest_reading(Timestamp wall) const;
  [[nodiscard]] bool is_slow() const;
  /// Where a period lies in the week.
  struct Spot {
    std::size_t place = 0;
    std::int64_t periods = 1;  // from it to the end of the place
  };
  [[nodiscard]] Spot spot(Timestamp start) const;
  [[nodiscard]] bool is_dense() const;
  [[nodiscard]] bool is_known(std::size_t place) const;
  [[nodiscard]] bool is_seldom(std::size_t place) const;
  [[nodiscard]] bool is_expected(std::size_t place) const;
  [[nodiscard]] std::optional<bool> all_expected() const;
  [[nodiscard]] double most_missed() const;
  [[nodiscard]] Timestamp due_of(Timestamp start) const;
  [[nodiscard]] Timestamp usual_due(Timestamp start) const;
  [[nodiscard]] std::optional<Silence> find_next() const;
  struct Row {
    Timestamp began;
    Timestamp last;
  };
  [[nodiscard]] std::optional<Row> missed_row(std::int64_t most, Timestamp end) const;
  [[nodiscard]] std::optional<Row> missed_by_place(std::int64_t most, Timestamp end) const;
  [[nodiscard]] std::optional<Timestamp> end_of_gap() const;
  [[nodiscard]] std::optional<Silence> by_gap(std::optional<Timestamp> end) const;
  void renew_due();
  void learn_gap(Timestamp start);
  void count(std::size_t place, bool there);
  void close_place();
  void tally(std::size_t place, int by);

  static constexpr std::size_t kPlaces = 168;
  Duration period_;
  std::uint32_t period_s_;
  std::uint32_t place_s_;     // length of a place in the week
  std::uint64_t dense_from_;  // periods counted, from which on a dense metric is expected always
  std::array<std::uint16_t, kPlaces> share_{};  // of periods that were there, in kWhole parts
  std::array<std::uint8_t, kPlaces> weeks_{};   // that it is a mean of
  std::int32_t known_ = 0;                      // places whose weeks are known
  std::int32_t seldom_ = 0;                     // ... of them not expected
  std::optional<Timestamp> newest_;
  std::optional<Silence> next_;
  std::int32_t offset_s_ = 0;
  std::uint32_t open_place_ = 0;
  std::uint32_t open_there_ = 0;
  std::uint32_t open_all_ = 0;
  std::uint64_t counted_ = 0;  // periods, there or not
  double there_ = 0;           // share of them, of late
  double longest_ = 0;         // row of missed ones
  double gap_most_ = 0;        // of gaps in periods
  double gap_mean_ = 0;
  std::uint64_t gaps_ = 0;
  Arrivals utc_;
  std::uint64_t arrivals_ = 0;
  std::chrono::seconds lag_{0};  // of the newest period's data, if they came as late as an import
  bool told_ = false;
  bool unheard_ = false;  // of the silence that is going on: postponed
  Zone zone_;
  bool has_clocks_;  // of a zone, and a period that is slow enough for them
  bool local_days_ = false;
  Arrivals local_;  // on the clocks of the zone
  ClockGuess clock_;
};

}  // namespace tidemark::judge
