#pragma once

#include <optional>
#include <string>

#include "alarm/backtest.h"
#include "alarm/team_budget.h"

/// What a backtest found, in sentences: the same ones on the page and on the command line.
namespace tidemark::web::own {

/// "28 days", "1 hour", "about 3 days": the largest unit that leaves no odd rest.
std::string span_text(Duration span);
/// Times fired in a week of the time that could be judged; nullopt: nothing could be.
std::optional<double> per_week(const alarm::BacktestRequest& request, const alarm::Backtest& past);
/// "Would have fired 3 times in 28 days (about 0.8 a week), 41 minutes in alarm."
std::string backtest_sentence(const alarm::BacktestRequest& request, const alarm::Backtest& past);
/// Why the count says little; "": it does not.
std::string past_words(const alarm::BacktestRequest& request, const alarm::Backtest& past);
/// "k = 2.3 would have fired 4 times." or why no width can be named; "": none was asked for.
std::string width_words(const alarm::BacktestRequest& request, const alarm::Backtest& past);

/// "These 12 alarms fire about 9.5 times a week; with k = 2.8 for every band about 4.8, within 5."
std::string team_words(std::size_t alarms, double alarms_per_week, const alarm::TeamAdvice& advice);

}  // namespace tidemark::web::own
