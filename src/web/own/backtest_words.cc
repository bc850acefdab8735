#include "web/own/backtest_words.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace tidemark::web::own {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string counted(std::int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string times(std::size_t count) {
  if (count == 1) return "once";
  if (count == 2) return "twice";
  return fmt::format("{} times", count);
}

/// "0.8", "12": two digits are enough of a rate.
std::string rate_text(double rate) {
  return rate < 10 ? fmt::format("{:.1f}", rate) : fmt::format("{:.0f}", rate);
}

const alarm::WidthResult* result_at(const alarm::WidthAdvice& advice, double k) {
  for (const alarm::WidthResult& result : advice.results) {
    if (result.k == k) return &result;
  }
  return nullptr;
}

}  // namespace

std::string span_text(Duration span) {
  constexpr std::pair<Duration, std::string_view> kUnits[] = {
      {hours(24), "day"}, {hours(1), "hour"}, {minutes(1), "minute"}};
  for (const auto& [unit, noun] : kUnits) {
    // Below three of a unit its rest is too much to leave out.
    const bool is_whole = span % unit == Duration(0);
    if (span < unit * (is_whole ? 1 : 3)) continue;
    const auto count = static_cast<std::int64_t>(
        std::llround(static_cast<double>(span.count()) / static_cast<double>(unit.count())));
    return counted(count, noun);
  }
  return counted(std::chrono::duration_cast<seconds>(span).count(), "second");
}

std::optional<double> per_week(const alarm::BacktestRequest& request, const alarm::Backtest& past) {
  const Duration judged = alarm::judged_span(request, past);
  if (judged <= Duration(0)) return std::nullopt;
  return alarm::firings_per_week(past.firings, judged);
}

std::string backtest_sentence(const alarm::BacktestRequest& request, const alarm::Backtest& past) {
  const std::string span = span_text(request.to - request.from);
  const bool is_silent =
      past.past == alarm::PastData::none || past.past == alarm::PastData::learning;
  if (past.past == alarm::PastData::open && past.firings == 0) {
    return fmt::format("Nothing to judge yet in {}.", span);
  }
  if (is_silent && past.firings == 0) return fmt::format("Too little history in {}.", span);
  if (past.firings == 0 && past.muted > 0) {
    return fmt::format("Would have fired in {} only while muted, {}.", span, times(past.muted));
  }
  if (past.firings == 0) return fmt::format("Would not have fired in {}.", span);
  const auto rate = per_week(request, past);
  // Of less than a week a weekly rate would be a guess.
  const bool has_rate = rate && alarm::judged_span(request, past) >= hours(24 * 6);
  return fmt::format("Would have fired {} in {}{}, {} in alarm{}.",
                     times(past.firings),
                     span,
                     has_rate ? fmt::format(" (about {} a week)", rate_text(*rate)) : "",
                     span_text(past.in_alarm),
                     past.muted == 0 ? "" : fmt::format("; {} more while muted", past.muted));
}

std::string past_words(const alarm::BacktestRequest& request, const alarm::Backtest& past) {
  switch (past.past) {
    case alarm::PastData::open:
      return "All data of this time are of a period that is not over yet.";
    case alarm::PastData::none:
      return "The metric has no data in this time.";
    case alarm::PastData::learning:
      return fmt::format(
          "The metric has data in {}, but its usual range was still being learned: there was "
          "nothing to compare with.",
          counted(past.periods_with_data, "period"));
    case alarm::PastData::some:
      return fmt::format("Only the last {} of {} could be judged.",
                         span_text(alarm::judged_span(request, past)),
                         span_text(request.to - request.from));
    case alarm::PastData::enough:
      break;
  }
  return "";
}

std::string width_words(const alarm::BacktestRequest& request, const alarm::Backtest& past) {
  if (!past.width) return "";
  if (alarm::judged_span(request, past) < hours(24 * 6)) {
    return "Too little history for a weekly number: at least six days must have been judged.";
  }
  const std::string most =
      fmt::format("{} a week (at most {} here)", *request.alarms_per_week, past.width->firings_max);
  if (!past.width->k) {
    return fmt::format(
        "No width up to k = {} keeps within {}.", past.width->results.back().k, most);
  }
  const auto* result = result_at(*past.width, *past.width->k);
  const std::size_t firings = result == nullptr ? 0 : result->firings;
  return fmt::format("k = {} is the narrowest band that keeps within {}: it would {}.",
                     *past.width->k,
                     most,
                     firings == 0 ? "not have fired" : "have fired " + times(firings));
}

std::string team_words(std::size_t alarms,
                       double alarms_per_week,
                       const alarm::TeamAdvice& advice) {
  const std::string now =
      fmt::format("{} would have fired about {} times a week",
                  alarms == 1 ? "This alarm" : fmt::format("These {} alarms", alarms),
                  rate_text(advice.per_week));
  if (!advice.k) {
    return fmt::format("{}; no one width of their bands keeps within {}.", now, alarms_per_week);
  }
  return fmt::format("{}; with k = {} for every band about {}, within {}.",
                     now,
                     *advice.k,
                     rate_text(*advice.per_week_at_k),
                     alarms_per_week);
}

}  // namespace tidemark::web::own
