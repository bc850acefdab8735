#include "query/data/pager.h"

#include <algorithm>

#include "base/crc32c.h"

namespace tidemark::query {
namespace {

std::uint32_t hash_of(const TimeSeries& series) {
  return crc32c(series.label);
}

/// Which of the answers is the one that the page ended with. Members come and go between pages; one
/// that is not found is taken to be at its old place.
std::size_t member_of(const PagePosition& page_end, const std::vector<Labelled>& answers) {
  const auto is_it = [&page_end](const Labelled& answer) {
    return hash_of(*answer.series) == page_end.member_hash;
  };
  if (page_end.member < answers.size() && is_it(answers[page_end.member])) return page_end.member;
  const auto found = std::find_if(answers.begin(), answers.end(), is_it);
  return found == answers.end() ? page_end.member
                                : static_cast<std::size_t>(found - answers.begin());
}

}  // namespace

void Pager::add(std::size_t query,
                std::string_view id,
                const std::vector<Labelled>& answers,
                const std::vector<MetricDataMessage>& messages) {
  const bool goes_on = options_.after && query == options_.after->query;
  const std::size_t begin = goes_on ? member_of(*options_.after, answers) : 0;
  for (std::size_t member = begin; member < answers.size(); ++member) {
    const TimeSeries& series = *answers[member].series;
    MetricDataEntry entry;
    entry.id = id;
    entry.label = answers[member].label;
    entry.messages = messages;
    const PagePosition place{query, member, hash_of(series), std::nullopt};
    add_series(place, std::move(entry), series, goes_on && member == begin);
  }
}

void Pager::add_series(const PagePosition& place,
                       MetricDataEntry entry,
                       const TimeSeries& series,
                       bool goes_on) {
  const auto& points = series.points;
  const std::size_t told = goes_on ? told_of(series) : 0;
  const std::size_t left = points.size() - told;
  if (goes_on && left == 0) return;
  const std::size_t taken = std::min(left, options_.max_datapoints - taken_);
  left_over_ = left_over_ || taken < left;
  // An entry without points belongs to the page that its place is on.
  if (taken == 0 && (left > 0 || left_over_)) return;
  if (taken < left) entry.status = MetricDataStatus::partial_data;
  for (std::size_t i = told; i < told + taken; ++i) {
    const DataPoint& point = options_.descending ? points[points.size() - 1 - i] : points[i];
    entry.timestamps.push_back(point.at);
    entry.values.push_back(point.value);
  }
  taken_ += taken;
  last_ = place;
  if (taken > 0) last_.at = entry.timestamps.back();
  result_.entries.push_back(std::move(entry));
}

/// Points that lie before the place where the page before ended, or would have if they had come by
/// then.
std::size_t Pager::told_of(const TimeSeries& series) const {
  const auto& last = options_.after->at;
  if (!last) return 0;
  const auto& points = series.points;
  const auto is_told = [this, &last](const DataPoint& point) {
    return options_.descending ? point.at >= *last : point.at <= *last;
  };
  return static_cast<std::size_t>(std::count_if(points.begin(), points.end(), is_told));
}

MetricDataResult Pager::take() {
  if (left_over_) result_.next = last_;
  return std::move(result_);
}

}  // namespace tidemark::query
