#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/remote/server.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}  // namespace CLI

namespace tidemark::cli {

/// What `tidemark backtest` was asked for.
struct BacktestFlags {
  std::string file;  ///< a rule as JSON, "-": standard input; "": `alarm` is asked for
  std::vector<std::string> alarms;  ///< names of alarms of the server; none: `file` holds the rule
  bool team = false;                ///< asks for one width of all `alarms`, or those of:
  std::string tag;                  ///< KEY=VALUE
  std::string prefix;               ///< of their names
  std::string from, to;
  std::optional<double> alarms_per_week;
  remote::Address server;
  bool json = false;   ///< `output` is "json"
  std::string output;  ///< "table", "tsv", "csv", "json"; "": a table on a terminal, else tsv
};

/// Adds the command to `root`; parsing fills `flags`. Says what was added, to ask if it was called.
CLI::App* add_backtest(CLI::App* root, BacktestFlags* flags);

/// Runs the command: asks a running server when the alarm would have fired; the times go to
/// standard output, words to standard error. Exit code 0: it would not have fired; 3: it would
/// have; 1: failed; 2: wrong usage, or a rule, alarm or range that the server refuses; 4: the
/// server cannot be reached or is overloaded; 5: not allowed.
int run_backtest(const BacktestFlags& flags);

}  // namespace tidemark::cli
