#include "web/own/chart_marks.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/people_time.h"

namespace tidemark::web::own {
namespace {

constexpr std::size_t kAlwaysOnMax = 1000;
/// What is read first behind a silence: most end soon after they were found.
constexpr Duration kFirstRead = std::chrono::hours(24);

judge::FindingBook book_of(const Context& context) {
  const OwnServices& services = context.services;
  return judge::FindingBook({services.judge, services.reader, services.control, services.clock});
}

Result<std::optional<Timestamp>> first_of_series(const store::Reader& reader,
                                                 SeriesId id,
                                                 Timestamp from,
                                                 Timestamp to) {
  const auto newest = reader.newest(id);
  if (!newest || *newest < from) return std::optional<Timestamp>();
  // In growing steps, so that a short silence of long ago does not read all that came since.
  Duration step = kFirstRead;
  for (Timestamp at = from; at < to; at = at + step, step *= 2) {
    TM_TRY(const auto samples, reader.read(id, at, std::min(at + step, to)));
    if (!samples.empty()) return std::optional(samples.front().at);
  }
  return std::optional<Timestamp>();
}

/// Time of the metric's first sample in [from, to).
Result<std::optional<Timestamp>> first_sample(const store::Reader& reader,
                                              const MetricRef& metric,
                                              Timestamp from,
                                              Timestamp to) {
  std::optional<Timestamp> out;
  for (const auto& [id, key] : reader.select(matchers_of(metric))) {
    if (to_metric_ref(key) != metric) continue;
    TM_TRY(const auto first, first_of_series(reader, id, from, out.value_or(to)));
    if (first) out = first;
  }
  return out;
}

/// What the detector found silent before the chart's end, by time: at the chart's period, or where
/// it has no models for that at its others.
Result<std::vector<judge::FindingBook::Found>> found_silent(const Context& context,
                                                            const ChartSubject& subject,
                                                            const judge::DetectorView& detector) {
  const auto& periods = detector.spec.periods;
  const bool has_period =
      std::find(periods.begin(), periods.end(), subject.period) != periods.end();
  judge::FindingQuery query;
  query.metric = subject.metric;
  query.detector_id = detector.spec.id;
  query.to = subject.to;
  query.with_replay = true;
  query.limit = SIZE_MAX;
  TM_TRY(auto seen, book_of(context).scan(query));
  std::erase_if(seen.found, [&](const auto& each) {
    return each.finding.kind != FindingKind::silence ||
           (has_period && each.ref.period != subject.period);
  });
  std::reverse(seen.found.begin(), seen.found.end());
  return std::move(seen.found);
}

}  // namespace

Result<std::vector<judge::FindingView>> always_on_marks(const Context& context,
                                                        const ChartSubject& subject) {
  judge::FindingQuery query;
  query.tier = judge::FindingTier::always_on;
  query.metric = subject.metric;
  query.from = subject.from;
  query.to = subject.to;
  query.with_replay = true;
  query.limit = kAlwaysOnMax;
  TM_TRY(auto out, book_of(context).list(query));
  std::erase_if(out, [&](const judge::FindingView& view) {
    return view.ref.period != subject.period || view.target.stat.name != subject.stat.name;
  });
  std::reverse(out.begin(), out.end());
  return out;
}

Result<std::vector<ChartSilence>> chart_silences(const Context& context,
                                                 const ChartSubject& subject,
                                                 const judge::DetectorView& detector) {
  TM_TRY(const auto found, found_silent(context, subject, detector));
  std::vector<ChartSilence> out;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto& [place, ref, finding] = found[i];
    // Data came before the next one was found: only the last can still be going on at `from`.
    if (i + 1 < found.size() && found[i + 1].ref.at <= subject.from) continue;
    TM_TRY(const auto next,
           first_sample(context.services.reader, subject.metric, ref.at, subject.to));
    if (next && (*next <= subject.from || *next < ref.at + ref.period)) continue;
    // Of several periods the first to find a silence tells it.
    const bool is_told = !out.empty() && (!out.back().to || *out.back().to > ref.at);
    if (!is_told) out.push_back({judge::to_id(ref), finding.began, ref.at, next});
  }
  return out;
}

json silences_json(const std::vector<ChartSilence>& silences) {
  json out = json::array();
  for (const ChartSilence& each : silences) {
    out.push_back({{"id", each.id},
                   {"from", time_text(each.from)},
                   {"found", time_text(each.found)},
                   {"to", time_or_null(each.to)}});
  }
  return out;
}

json calendar_days_json(const Context& context,
                        const ChartSubject& subject,
                        const judge::DetectorView& detector) {
  json out = json::array();
  for (const judge::CalendarRange& range : context.services.judge.calendar_ranges(
           detector.spec, subject.period, subject.from, subject.to)) {
    out.push_back({{"from", time_text(range.from)},
                   {"to", time_text(range.to)},
                   {"calendars", range.calendars},
                   {"mute", range.mute},
                   {"learn", range.learn}});
  }
  return out;
}

std::string always_on_words(std::size_t count) {
  if (count == 0) return "";
  return fmt::format(" The always-on watch found {} unusual.",
                     count == 1 ? "1 point" : fmt::format("{} points", count));
}

std::string silence_words(const std::vector<ChartSilence>& silences, Duration period) {
  if (silences.empty()) return "";
  const ChartSilence& last = silences.back();
  const std::string from = people_time(last.from, period);
  const std::string span = last.to
                               ? fmt::format("from {} to {}", from, people_time(*last.to, period))
                               : fmt::format("since {}", from);
  if (silences.size() == 1) return fmt::format(" Silent {}, longer than usual.", span);
  return fmt::format(" Silent {} times for longer than usual, the last {}.", silences.size(), span);
}

}  // namespace tidemark::web::own
