#pragma once

#include <optional>

#include <nlohmann/json.hpp>

#include "base/time.h"

namespace tidemark::web::own {

/// The period that a change of state is judged on: of those that StateReasonData lists as evaluated
/// the newest. The history and backtests name a change by it, since it is the same in both: when it
/// was decided is not, for a live alarm decides as data come and a backtest at their own time
/// (docs/backtest.md). nullopt: set by hand, or there was no period yet.
std::optional<Timestamp> judged_period(const nlohmann::json& reason_data);

}  // namespace tidemark::web::own
