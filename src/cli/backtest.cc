#include "cli/backtest.h"

#include <csignal>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/backtest/ask.h"
#include "cli/backtest/print.h"
#include "cli/rows/byte_output.h"

namespace tidemark::cli {
namespace {

constexpr int kQuiet = 0;

Result<nlohmann::json> answer_of(const BacktestFlags& flags) {
  if (flags.file.empty() == flags.alarm.empty()) {
    return fail(Errc::invalid, "name an alarm with --alarm, or a file with a rule; not both");
  }
  std::unique_ptr<rows::ByteInput> rule;
  if (!flags.file.empty()) {
    TM_TRY(rule, rows::open_input(flags.file));
  }
  TM_TRY(const auto body, backtest::make_body(flags, rule.get()));
  TM_TRY(const auto client, remote::make_client(flags.server));
  return backtest::ask(*client, flags, body);
}

}  // namespace

CLI::App* add_backtest(CLI::App* root, BacktestFlags* flags) {
  CLI::App* command = root->add_subcommand(
      "backtest",
      "  tidemark backtest --alarm nightly-rows --alarms-per-week 1\n"
      "  tidemark backtest rule.json --from now-90d -o csv > fired.csv\n\n"
      "When an alarm would have fired, had it been put at the beginning of the range: a running\n"
      "server replays its stored history through the code that decides live. Nothing is stored\n"
      "and nobody is told.");
  command->footer(
      "Exit code 0: it would not have fired; 3: it would have; 1: failed; 2: wrong usage, rule or\n"
      "alarm; 4: the server cannot be reached; 5: not allowed. See docs/backtest.md.");
  command->add_option("FILE",
                      flags->file,
                      "Rule as JSON, the fields of POST /alarms; - reads it from standard input");
  command->add_option("--alarm", flags->alarm, "Name of an alarm of the server");
  command->add_option("--from", flags->from, "RFC 3339 or now-28d (28 days before --to)");
  command->add_option("--to", flags->to, "RFC 3339 or now-1d (now)");
  command->add_option("--alarms-per-week",
                      flags->alarms_per_week,
                      "Names the narrowest band that fires at most so often");
  remote::add_options(command, &flags->server);
  command->add_option(
      "-o,--output", flags->output, "table, tsv, csv or json (table on a terminal, else tsv)");
  return command;
}

int run_backtest(const BacktestFlags& flags) {
  auto format = isatty(STDOUT_FILENO) == 1 ? backtest::Format::table : backtest::Format::tsv;
  if (!flags.output.empty()) {
    const auto asked = backtest::parse_format(flags.output);
    if (!asked) {
      return remote::refuse(
          {Errc::invalid,
           fmt::format("--output must be table, tsv, csv or json, not '{}'", flags.output)});
    }
    format = *asked;
  }
  (void)std::signal(SIGPIPE, SIG_IGN);  // a reader that left is seen as an error of write()
  const auto answer = answer_of(flags);
  if (!answer) return remote::refuse(answer.error());
  fmt::print(stderr, "{}", backtest::words_text(*answer));
  rows::DescriptorOutput out("standard output", STDOUT_FILENO);
  const auto written = out.write(backtest::data_text(*answer, format));
  // A reader that leaves early is no failure.
  if (!written && written.error().code != Errc::unavailable) return remote::refuse(written.error());
  return (*answer)["firings_total"].get<double>() > 0 ? remote::kFound : kQuiet;
}

}  // namespace tidemark::cli
