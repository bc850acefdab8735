#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "model/band_source.h"
#include "store/reader.h"

namespace tidemark::query {

/// Stand-in for the store: keeps samples in memory by the rules of `Value` (cells of one instant
/// merge, of doubles the first wins).
class TestingReader final : public store::Reader {
 public:
  void put(const SeriesKey& key, const Sample& sample) {
    auto [series, is_new] = series_.try_emplace(key);
    if (is_new) series->second.id = static_cast<SeriesId>(series_.size());
    auto [held, is_first] = series->second.samples.try_emplace(sample.at, sample.value);
    if (is_first) return;
    Cell* const cell = std::get_if<Cell>(&held->second);
    const Cell* const more = std::get_if<Cell>(&sample.value);
    if (cell != nullptr && more != nullptr) cell->merge(*more);
  }
  /// One observation of a CloudWatch metric, unit "None" unless said.
  void put(const MetricRef& metric, Timestamp at, double value, const std::string& unit = "None") {
    put(*to_series_key(metric, unit), {at, Cell::of(value)});
  }
  /// Every read of this series fails from now on.
  void damage(const MetricRef& metric) { damaged_ = find(*to_series_key(metric, "None")); }

  [[nodiscard]] std::vector<std::pair<SeriesId, SeriesKey>> select(
      const std::vector<Matcher>& matchers) const override {
    std::vector<std::pair<SeriesId, SeriesKey>> out;
    for (const auto& [key, series] : series_) {
      if (matches(key, matchers)) out.emplace_back(series.id, key);
    }
    return out;
  }
  [[nodiscard]] std::optional<SeriesId> find(const SeriesKey& key) const override {
    const auto found = series_.find(key);
    return found == series_.end() ? std::nullopt : std::optional(found->second.id);
  }
  [[nodiscard]] std::optional<SeriesKey> key(SeriesId id) const override {
    for (const auto& [key, series] : series_) {
      if (series.id == id) return key;
    }
    return std::nullopt;
  }
  [[nodiscard]] Result<std::vector<Sample>> read(SeriesId id,
                                                 Timestamp from,
                                                 Timestamp to) const override {
    if (damaged_ == id) return fail(Errc::corrupt, "block 7 fails its checksum");
    std::vector<Sample> out;
    const auto& samples = samples_of(id);
    for (auto at = samples.lower_bound(from); at != samples.end() && at->first < to; ++at) {
      out.push_back({at->first, at->second});
    }
    samples_read_ += out.size();
    return out;
  }
  /// By all reads so far.
  [[nodiscard]] std::size_t samples_read() const { return samples_read_; }
  [[nodiscard]] std::optional<Timestamp> newest(SeriesId id) const override {
    return samples_of(id).rbegin()->first;
  }
  [[nodiscard]] std::optional<Timestamp> oldest(SeriesId id) const override {
    return samples_of(id).begin()->first;
  }
  [[nodiscard]] std::uint64_t sequence() const override { return 1; }

 private:
  struct Series {
    SeriesId id{};
    std::map<Timestamp, Value> samples;
  };
  [[nodiscard]] const std::map<Timestamp, Value>& samples_of(SeriesId id) const {
    for (const auto& [key, series] : series_) {
      if (series.id == id) return series.samples;
    }
    static const std::map<Timestamp, Value> kNone;
    return kNone;
  }

  std::map<SeriesKey, Series> series_;
  std::optional<SeriesId> damaged_;
  mutable std::size_t samples_read_ = 0;
};

/// For questions without a band.
class NoBands final : public BandSource {
 public:
  Result<BandSeries> bands(const BandIdentity& /*identity*/,
                           Timestamp /*from*/,
                           Timestamp /*to*/) override {
    return BandSeries{};
  }
};

}  // namespace tidemark::query
