#include "judge/always/names.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"
#include "judge/run/read_number.h"

namespace tidemark::judge {
namespace {

constexpr std::string_view kPrefix = "always_on-";

SeriesKey own_key(const SeriesKey& key, const char* label, const AlwaysOnRef& ref) {
  SeriesKey out = key;
  out.labels.push_back(
      {label,
       fmt::format("{}/{}", static_cast<std::uint64_t>(ref.series), whole_seconds(ref.period))});
  std::sort(out.labels.begin(), out.labels.end());
  return out;
}

}  // namespace

std::string always_on_id(SeriesId series) {
  return fmt::format("{}{}", kPrefix, static_cast<std::uint64_t>(series));
}

std::optional<SeriesId> parse_always_on_id(const std::string& text) {
  std::uint64_t series = 0;
  if (!text.starts_with(kPrefix)) return std::nullopt;
  if (!read_number(std::string_view(text).substr(kPrefix.size()), &series)) return std::nullopt;
  return SeriesId(series);
}

SeriesKey always_on_finding_key(const SeriesKey& key, const AlwaysOnRef& ref) {
  return own_key(key, kAlwaysOnFindingLabel, ref);
}

SeriesKey always_on_band_key(const SeriesKey& key, const AlwaysOnRef& ref) {
  return own_key(key, kAlwaysOnBandLabel, ref);
}

std::optional<AlwaysOnRef> parse_always_on_key(const SeriesKey& finding_key) {
  const std::string_view text = finding_key.label(kAlwaysOnFindingLabel);
  const std::size_t slash = text.find('/');
  std::uint64_t series = 0;
  std::int64_t period_s = 0;
  if (slash == std::string_view::npos || !read_number(text.substr(0, slash), &series) ||
      !read_number(text.substr(slash + 1), &period_s) || period_s <= 0) {
    return std::nullopt;
  }
  return AlwaysOnRef{SeriesId(series), std::chrono::seconds(period_s)};
}

}  // namespace tidemark::judge
