#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "model/metric_ref.h"
#include "query/period_stats.h"  // store::Reader

namespace tidemark::alarm {

/// What an alarm's metrics had sent by an instant that only moves on: the store as it looked then,
/// if every sample had come at its own time. Later samples are not there, so nothing can look
/// ahead.
///
/// Samples are kept merged by period, one at each period's start, so that a read costs the same
/// however often the metric reports. Reads the store a day or a period at a time.
class PastReader final : public store::Reader {
 public:
  struct Options {
    std::vector<MetricRef> metrics;
    Duration period{0};
    Timestamp from;  ///< samples before it are never shown
    Timestamp to;    ///< nor those after it
    /// Percentiles need every value, the other statistics count, sum and extremes only.
    bool with_values = false;
  };
  /// Nothing is shown yet.
  PastReader(const store::Reader& reader, Options options);

  /// Time of the next sample that is not shown yet; nullopt: there is none up to `to`.
  Result<std::optional<Timestamp>> next();
  /// Shows all samples up to and with `at`. Says if one of them may change more than the value of
  /// a period that was open with data before: the first of its period, one that makes the usual
  /// count full, one of a metric with several units.
  Result<bool> show_to(Timestamp at);

  [[nodiscard]] std::vector<std::pair<SeriesId, SeriesKey>> select(
      const std::vector<Matcher>& matchers) const override;
  [[nodiscard]] std::optional<SeriesId> find(const SeriesKey& key) const override {
    return reader_.find(key);
  }
  [[nodiscard]] std::optional<SeriesKey> key(SeriesId id) const override { return reader_.key(id); }
  [[nodiscard]] Result<std::vector<Sample>> read(SeriesId id,
                                                 Timestamp from,
                                                 Timestamp to) const override;
  [[nodiscard]] std::optional<Timestamp> newest(SeriesId id) const override;
  [[nodiscard]] std::optional<Timestamp> oldest(SeriesId id) const override;
  [[nodiscard]] std::uint64_t sequence() const override { return reader_.sequence(); }

 private:
  struct Series {
    SeriesId id{};
    bool is_only_unit = true;
    Timestamp read_to;
    std::vector<Sample> ahead;  ///< read and not shown from `next` on
    std::size_t next = 0;
    std::vector<Sample> shown;  ///< one for each period, ascending
  };
  struct Metric {
    std::vector<Matcher> matchers;
    std::vector<std::pair<SeriesId, SeriesKey>> series;
  };

  Result<void> fill(Series* series) const;
  bool show(const Sample& sample, Series* series) const;
  [[nodiscard]] bool is_full(const Series& series) const;
  [[nodiscard]] const Series* find_series(SeriesId id) const;

  const store::Reader& reader_;
  const Options options_;
  std::vector<Metric> metrics_;
  std::vector<Series> series_;
};

}  // namespace tidemark::alarm
