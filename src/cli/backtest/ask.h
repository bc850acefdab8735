#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "cli/backtest.h"
#include "cli/rows/byte_input.h"
#include "net/http_client.h"

namespace tidemark::cli::backtest {

/// The body of POST /api/tidemark/v1/backtest: the rule that `rule` holds, or the alarm's name, and
/// what the flags add; with `team` that of /backtest/team. `invalid`: it is no JSON object.
Result<nlohmann::json> make_body(const BacktestFlags& flags, rows::ByteInput* rule);

/// The server's answer; errors as remote::ask.
Result<nlohmann::json> ask(net::HttpClient& client,
                           const BacktestFlags& flags,
                           const nlohmann::json& body);

}  // namespace tidemark::cli::backtest
