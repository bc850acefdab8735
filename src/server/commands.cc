#include "server/commands.h"

#include <algorithm>
#include <csignal>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/closest_word.h"
#include "base/log.h"
#include "base/worker.h"
#include "cli/backtest.h"
#include "cli/detect.h"
#include "cli/why.h"
#include "server/app.h"
#include "server/version.h"

namespace tidemark::server {
namespace {

struct ServeFlags {
  std::string config_file;
  std::optional<std::string> data;  // given and empty is a mistake: a variable that was not set
  std::string http;
  std::string clock;
  bool insecure_no_auth = false;
  bool enable_lifecycle = false;
  bool enable_test_api = false;
  bool accept_loss = false;
};

void write_line(std::FILE* to, const std::string& text) {
  fmt::print(to, "{}\n", text);
}

int exit_code_of(const Error& error) {
  switch (error.code) {
    case Errc::exists:
      return kExitInUse;
    case Errc::denied:
      return kExitRefused;
    case Errc::invalid:
      return kExitUsage;
    default:
      return kExitFailed;
  }
}

Result<Config> make_config(const ServeFlags& flags) {
  Config out;
  const auto files = make_posix_file_system();
  if (!flags.config_file.empty()) {
    // One that cannot be read is a mistake of who started us, like a wrong one.
    TM_TRY_VOID(read_config_file(*files, flags.config_file, &out).map_error([](Error error) {
      return Error{Errc::invalid, std::move(error.what)};
    }));
  }
  if (flags.data) {
    if (flags.data->empty()) return fail(Errc::invalid, "--data wants a directory, not ''");
    out.data_dir = *flags.data;
  }
  if (!flags.http.empty()) TM_TRY_VOID(set_listen_address(flags.http, &out));
  out.insecure_no_auth = flags.insecure_no_auth;
  out.enable_lifecycle = flags.enable_lifecycle;
  out.enable_test_api = flags.enable_test_api;
  out.accept_loss = flags.accept_loss;
  if (!flags.clock.empty()) {
    out.frozen_clock = parse_rfc3339(flags.clock);
    if (!out.frozen_clock) {
      return fail(Errc::invalid,
                  fmt::format("--clock wants a time such as 2013-11-01T00:00:00Z, not "
                              "'{}'",
                              flags.clock));
    }
  }
  return out;
}

/// SIGINT, SIGTERM and SIGHUP, blocked in every thread and waited for by one.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  (void)std::signal(SIGPIPE, SIG_IGN);  // a peer that left is an error of write(), not our end
  return signals;
}

int serve(const ServeFlags& flags) {
  const auto config = make_config(flags);
  if (!config) {
    write_line(stderr, "tidemark: " + config.error().what);
    return exit_code_of(config.error());
  }
  const sigset_t signals = block_signals();
  auto app = App::start(*config, [flags] { return make_config(flags); });
  if (!app) {
    write_line(stderr, "tidemark: " + app.error().what);
    return exit_code_of(app.error());
  }
  write_line(stdout, fmt::format("Tidemark {} serves at {}", kVersion, (*app)->url()));
  (void)std::fflush(stdout);
  Worker waiter("tm-signals");
  waiter.post([&signals, &app] {
    for (;;) {
      int signal = 0;
      sigwait(&signals, &signal);
      if (signal != SIGHUP) return (*app)->interrupt();
      const auto reloaded = (*app)->reload();
      if (!reloaded) {
        log(LogLevel::error,
            "the configuration was not reloaded; the old one stays",
            {{"error", reloaded.error().what}});
      }
    }
  });
  const bool log_failed = (*app)->wait_for_failure();
  log(LogLevel::info, log_failed ? "stopping: the log cannot be written" : "stopping");
  (*app)->stop();
  kill(getpid(), SIGTERM);  // lets the waiter end when /-/quit asked and no signal came
  return log_failed ? kExitIo : 0;
}

void add_serve(CLI::App* root, ServeFlags* flags) {
  CLI::App* serve = root->add_subcommand("serve", "Runs the server");
  serve->add_option("--data", flags->data, "Directory for all data (tidemark-data)");
  serve->add_option("--http", flags->http, "Listen address, ADDRESS:PORT (127.0.0.1:8470)");
  serve->add_option("--config", flags->config_file, "YAML file; see docs/configuration.md");
  serve->add_flag(
      "--enable-lifecycle", flags->enable_lifecycle, "Serves POST /-/flush, /-/reload and /-/quit");
  serve->add_flag("--enable-test-api",
                  flags->enable_test_api,
                  "Serves /-/clock and /moto-api/reset (never in production)");
  serve->add_option("--clock", flags->clock, "Freezes data time; needs --enable-test-api");
  serve->add_flag("--insecure-no-auth",
                  flags->insecure_no_auth,
                  "Listens beyond loopback without authentication (not for production)");
  serve->add_flag("--accept-loss",
                  flags->accept_loss,
                  "Goes on where samples, or alarms and detectors, are known to be missing");
}

std::string version_line() {
  return std::string("tidemark ") + kVersion;
}

/// Those that answer at once.
struct SmallCommands {
  CLI::App* version = nullptr;
  CLI::App* help = nullptr;
  std::string about;  ///< of help: a command; "": all of them
};

void add_small_commands(CLI::App* root, SmallCommands* to) {
  to->version = root->add_subcommand("version", "Says which version this is");
  to->help = root->add_subcommand("help", "Says how to use all commands, or one: help detect");
  to->help->add_option("COMMAND", to->about);
}

/// "" where the word is a command; else what is wrong with it. CLI11 itself would only
/// say that a command is missing.
std::string unknown_command(const CLI::App& root, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* command : root.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  if (std::count(names.begin(), names.end(), word) > 0) return "";
  return fmt::format(
      "there is no command '{}'{}",
      word,
      closest_word_hint(word, std::vector<std::string_view>(names.begin(), names.end())));
}

int wrong_usage(const std::string& what) {
  write_line(stderr, "tidemark: " + what + "\nRun with --help for more information.");
  return kExitUsage;
}

/// What the root's own help() would not say now: it tells of the command that was called, of
/// `help`.
std::string root_help(const CLI::App& root) {
  return root.get_formatter()->make_help(&root, root.get_name(), CLI::AppFormatMode::Normal);
}

int run_small(const CLI::App& root, const SmallCommands& commands) {
  if (commands.version->parsed()) {
    write_line(stdout, version_line());
    return 0;
  }
  if (commands.about.empty()) {
    fmt::print("{}", root_help(root));
    return 0;
  }
  if (const std::string wrong = unknown_command(root, commands.about); !wrong.empty())
    return wrong_usage(wrong);
  fmt::print("{}", root.get_subcommand(commands.about)->help(root.get_name()));
  return 0;
}

}  // namespace

int run(int argc, char** argv) {
  CLI::App root{
      "Tidemark watches the telemetry of data pipelines.\n\n"
      "  tidemark serve --data ./data\n"
      "  tidemark detect rows.csv > judged.csv\n"
      "  AWS_ENDPOINT_URL=http://127.0.0.1:8470 python my_job.py"};
  root.set_version_flag("-V,--version", version_line());
  root.require_subcommand(1);
  ServeFlags flags;
  add_serve(&root, &flags);
  cli::DetectFlags detect_flags;
  const CLI::App* detect = cli::add_detect(&root, &detect_flags);
  cli::BacktestFlags backtest_flags;
  const CLI::App* backtest = cli::add_backtest(&root, &backtest_flags);
  cli::WhyFlags why_flags;
  const CLI::App* why = cli::add_why(&root, &why_flags);
  SmallCommands small;
  add_small_commands(&root, &small);
  const std::string first = argc > 1 ? argv[1] : "";
  if (!first.empty() && !first.starts_with('-')) {
    if (const std::string wrong = unknown_command(root, first); !wrong.empty())
      return wrong_usage(wrong);
  }
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return e.get_exit_code() == 0 ? root.exit(e) : wrong_usage(e.what());
  }
  if (small.version->parsed() || small.help->parsed()) return run_small(root, small);
  if (why->parsed()) return cli::run_why(why_flags);
  if (backtest->parsed()) return cli::run_backtest(backtest_flags);
  if (!detect->parsed()) return serve(flags);
  const auto files = make_posix_file_system();
  return cli::run_detect(detect_flags, [&](const std::string& file, const std::string& name) {
    return configured_choices(*files, file, name);
  });
}

}  // namespace tidemark::server
