#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

#include "base/log.h"
#include "judge/math_target.h"
#include "judge/period_learner.h"
#include "web/own/context.h"
#include "web/own/own_words.h"

namespace tidemark::web::own {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return out;
}

}  // namespace

ApiError to_api_error(const Error& error) {
  switch (error.code) {
    case Errc::invalid:
      return {400, "invalid_field", error.what, ""};
    case Errc::not_found:
      return {404, "not_found", error.what, ""};
    case Errc::exists:
      return {409, "already_exists", error.what, ""};
    case Errc::limit:
      return {400, "invalid_field", error.what, ""};
    case Errc::overloaded:
    case Errc::unavailable:
    case Errc::timeout:
      return {503, "overloaded", error.what, ""};
    default:
      break;
  }
  // A damaged block has said so itself, once: pages ask every few seconds.
  if (error.code != Errc::corrupt)
    log(LogLevel::error, "a request failed", {{"error", error.what}});
  // What the disk says names folders of this machine: that is for its log.
  return {500, "internal", error.code == Errc::io ? "the disk failed" : error.what, ""};
}

ApiError to_api_error(const alarm::AlarmError& error) {
  ApiError out = to_api_error(Error{error.kind, error.message});
  if (out.code == "invalid_field") in_own_words(&out);
  return out;
}

tl::expected<std::size_t, ApiError> Context::number(std::string_view key,
                                                    std::size_t fallback,
                                                    std::size_t least,
                                                    std::size_t most) const {
  const auto text = net::find_param(params, key);
  if (!text || text->empty()) return fallback;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < least || value > most) {
    return invalid_field(std::string(key),
                         fmt::format("{} must be {} to {}, not '{}'", key, least, most, *text));
  }
  return value;
}

std::string time_text(Timestamp at) {
  return format_rfc3339(at);
}

json time_or_null(const std::optional<Timestamp>& at) {
  return at ? json(time_text(*at)) : json();
}

json dimensions_json(const std::vector<Label>& dimensions) {
  json out = json::array();
  for (const Label& label : dimensions)
    out.push_back({{"name", label.name}, {"value", label.value}});
  return out;
}

std::string metric_title(const MetricRef& metric) {
  std::string out = metric.name;
  for (const Label& label : metric.dimensions) {
    out += (&label == &metric.dimensions.front() ? " · " : ", ") + label.name + "=" + label.value;
  }
  return out;
}

bool has_words(std::string_view text, std::string_view search) {
  const std::string haystack = lower(text);
  const std::string needles = lower(search);
  std::size_t at = 0;
  while (at < needles.size()) {
    const std::size_t end = std::min(needles.find(' ', at), needles.size());
    if (end > at && haystack.find(needles.substr(at, end - at)) == std::string::npos) return false;
    at = end + 1;
  }
  return true;
}

std::optional<std::string> metric_id(const store::Reader& reader, const MetricRef& metric) {
  std::optional<SeriesId> first;
  for (const auto& [id, key] : reader.select(matchers_of(metric))) {
    if (to_metric_ref(key) == metric && (!first || id < *first)) first = id;
  }
  if (!first) return std::nullopt;
  return fmt::format("s{}", static_cast<std::uint64_t>(*first));
}

Subject subject_of(const Context& context, const judge::DetectorTarget& target) {
  Subject out;
  if (!target.metric) {
    out.title = out.metric.name = judge::math_title(target);
    return out;
  }
  out.metric = *target.metric;
  if (const auto id = metric_id(context.services.reader, out.metric)) out.id = *id;
  out.title = metric_title(out.metric);
  out.stat = target.stat.name;
  return out;
}

std::optional<MetricRef> metric_of(const store::Reader& reader, const std::string& id) {
  std::uint64_t number = 0;
  if (!id.starts_with('s')) return std::nullopt;
  const auto [end, error] = std::from_chars(id.data() + 1, id.data() + id.size(), number);
  if (error != std::errc() || end != id.data() + id.size()) return std::nullopt;
  const auto key = reader.key(SeriesId{number});
  return key ? to_metric_ref(*key) : std::nullopt;
}

Duration learned_period(const store::Reader& reader, const MetricRef& metric) {
  constexpr Duration kLookBack = std::chrono::hours(24 * 70);
  judge::PeriodLearner learner;
  for (const auto& [id, key] : reader.select(matchers_of(metric))) {
    const auto newest = reader.newest(id);
    if (!newest || to_metric_ref(key) != metric) continue;
    const auto recent = reader.read(id, *newest - kLookBack, *newest + Duration(1));
    if (recent) learner.feed(*recent);
  }
  return learner.period().value_or(std::chrono::minutes(1));
}

}  // namespace tidemark::web::own
