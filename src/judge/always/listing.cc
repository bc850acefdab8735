#include "judge/always/listing.h"

#include <algorithm>

#include "judge/always/series_watch.h"
#include "judge/stored.h"
#include "query/period_stats.h"

namespace tidemark::judge {
namespace {

MetricRef metric_of(const SeriesKey& key) {
  if (auto metric = to_metric_ref(key)) return *std::move(metric);
  MetricRef out;
  out.name = key.name;
  out.dimensions = key.labels;
  return out;
}

/// What the series has sent tells its form: all its samples are of one kind.
std::optional<WatchForm> form_of(const store::Reader& reader, SeriesId id, const SeriesKey& key) {
  const auto oldest = reader.oldest(id);
  if (!oldest) return std::nullopt;
  const auto first = reader.read(id, *oldest, *oldest + Duration(1));
  if (!first || first->empty()) return std::nullopt;
  return watch_form_of(key, first->front().value);
}

/// Collects what the replay closes.
class Collector final : public WatchSink {
 public:
  Collector(const AlwaysOnRef& ref, Timestamp at) : ref_(ref), at_(at) {}

  void on_period(WatchedSeries& /*series*/, const WatchedPeriod& closed) override {
    if (closed.period != ref_.period) return;
    out.values.push_back({closed.start, closed.value});
    if (closed.start != at_) return;
    if (const auto& band = closed.verdict.band) {
      out.band = IssuedBand{band->expected, band->below, band->above, false};
    }
    out.value = closed.value;
    out.score = closed.verdict.score;
    out.learned = closed.verdict.learned;
    out.confidence = closed.confidence;
  }

  AlwaysOnReplay out;

 private:
  AlwaysOnRef ref_;
  Timestamp at_;
};

}  // namespace

std::optional<DetectorSpec> always_on_spec(const store::Reader& reader, const AlwaysOnRef& ref) {
  const auto key = reader.key(ref.series);
  if (!key) return std::nullopt;
  DetectorSpec out;
  out.id = always_on_id(ref.series);
  out.target.metric = metric_of(*key);
  const WatchForm form = form_of(reader, ref.series, *key).value_or(WatchForm::gauge);
  out.target.stat.kind = form == WatchForm::cell ? Statistic::Kind::sum : Statistic::Kind::average;
  out.target.stat.name = to_text(form);
  out.periods = {ref.period};
  return out;
}

std::vector<AlwaysOnRef> always_on_found(const store::Reader& reader,
                                         const std::optional<MetricRef>& metric,
                                         Timestamp from) {
  std::vector<AlwaysOnRef> out;
  std::vector<Matcher> matchers = metric ? matchers_of(*metric) : std::vector<Matcher>();
  matchers.push_back({kAlwaysOnFindingLabel, Matcher::Op::exists, ""});
  for (const auto& [id, key] : reader.select(matchers)) {
    const auto newest = reader.newest(id);
    if (!newest || *newest < from) continue;
    const auto ref = parse_always_on_key(key);
    const auto watched = ref ? reader.key(ref->series) : std::nullopt;
    // The matchers leave metrics with more dimensions.
    if (watched && (!metric || metric_of(*watched) == *metric)) out.push_back(*ref);
  }
  return out;
}

Result<std::vector<AlwaysOnFinding>> always_on_findings(const store::Reader& reader,
                                                        const AlwaysOnRef& ref,
                                                        Timestamp from,
                                                        Timestamp to) {
  std::vector<AlwaysOnFinding> out;
  const auto key = reader.key(ref.series);
  if (!key) return out;
  TM_TRY(const auto samples, read_stored(reader, always_on_finding_key(*key, ref), from, to));
  for (const Sample& sample : samples)
    out.push_back({sample.at, std::get<Finding>(sample.value)});
  return out;
}

Result<IssuedBand> always_on_band(const store::Reader& reader,
                                  const AlwaysOnRef& ref,
                                  Timestamp at) {
  const auto key = reader.key(ref.series);
  if (!key) return IssuedBand{};
  TM_TRY(const auto bands,
         read_stored(reader, always_on_band_key(*key, ref), at, at + Duration(1)));
  return bands.empty() ? IssuedBand{} : std::get<IssuedBand>(bands.front().value);
}

Result<std::optional<double>> always_on_value(const store::Reader& reader,
                                              const AlwaysOnRef& ref,
                                              Timestamp at) {
  const auto key = reader.key(ref.series);
  const auto form = key ? form_of(reader, ref.series, *key) : std::nullopt;
  if (!form || *form == WatchForm::counter) return std::optional<double>();
  TM_TRY(const auto samples, reader.read(ref.series, at, at + ref.period));
  if (samples.empty()) return std::optional<double>();
  if (*form == WatchForm::gauge) return std::optional(std::get<double>(samples.back().value));
  return std::optional(query::fold_into_periods(samples, ref.period).front().cell.sum());
}

Result<AlwaysOnReplay> replay_always_on(const store::Reader& reader,
                                        const AlwaysOnRef& ref,
                                        Timestamp at) {
  Collector collector(ref, at);
  const auto key = reader.key(ref.series);
  const auto form = key ? form_of(reader, ref.series, *key) : std::nullopt;
  if (!form) return collector.out;
  TM_TRY(const auto samples, reader.read(ref.series, Timestamp::min(), at + ref.period));
  SeriesWatch watch;
  WatchedSeries series;
  series.head.form = *form;
  for (const Sample& sample : samples)
    watch.feed(series, sample, sample.at, collector);
  watch.close_due(series, Timestamp::max(), collector);
  return collector.out;
}

}  // namespace tidemark::judge
