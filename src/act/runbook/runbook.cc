#include <csignal>

#include <fmt/format.h>

#include "act/action.h"
#include "act/runbook/event.h"
#include "act/runbook/process.h"

namespace tidemark::act::runbook {
namespace {

/// Runs a command that the configuration file defines, with the event on its standard input.
class RunbookAction final : public Action {
 public:
  explicit RunbookAction(const ActionDeps& deps) : clock_(deps.clock), runbooks_(deps.runbooks) {}

  [[nodiscard]] std::vector<std::string> protocols() const override { return {"runbook"}; }
  [[nodiscard]] bool runs_programs() const override { return true; }
  void stop() override { stop_.raise(); }

  [[nodiscard]] std::string compose(const Notice& notice) const override {
    return event_json(notice);
  }

  Attempt send(const Delivery& delivery, const std::string& form) override {
    const std::string& name = delivery.endpoint;
    const auto runbooks = runbooks_.get();
    const auto found = runbooks->by_name.find(name);
    if (found == runbooks->by_name.end()) {
      return Attempt::dead(
          fmt::format("there is no runbook \"{}\" in the configuration file", name));
    }
    const Runbook& runbook = found->second;
    if (runbook.argv.empty() || !runbook.argv[0].starts_with('/')) {
      return Attempt::dead(
          fmt::format("runbook \"{}\" must name its program by absolute path", name));
    }
    const int attempt = delivery.attempts + 1;
    const Program program{.argv = runbook.argv,
                          .environment = environment(form, name, delivery.id, attempt),
                          .input = form,
                          .timeout = runbook.timeout};
    auto end = run_program(program, clock_, stop_);
    if (!end) {
      const bool final = end.error().code != Errc::io;
      return final ? Attempt::dead(end.error().what) : Attempt::later(end.error().what);
    }
    return judge(*std::move(end), runbook, attempt);
  }

 private:
  static std::string fate(const ProgramEnd& end, const Runbook& runbook) {
    switch (end.how) {
      case ProgramEnd::How::exited:
        return fmt::format("exit code {}", end.code);
      case ProgramEnd::How::killed_by_signal:
        return fmt::format("ended by signal {}", end.code);
      case ProgramEnd::How::timed_out:
        return fmt::format("did not end within {} s",
                           std::chrono::duration<double>(runbook.timeout).count());
      case ProgramEnd::How::stopped:
        return "ended because the server stops";
    }
    return "";
  }

  static Attempt judge(ProgramEnd end, const Runbook& runbook, int attempt) {
    Attempt out;
    out.output = std::move(end.output);
    if (end.how == ProgramEnd::How::exited && end.code == 0) return out;
    out.reason = fate(end, runbook);
    const bool last = attempt >= runbook.tries && end.how != ProgramEnd::How::stopped;
    out.verdict = last ? Attempt::Verdict::never : Attempt::Verdict::again;
    if (last) out.reason += fmt::format(", at try {} of {}", attempt, runbook.tries);
    return out;
  }

  const Clock& clock_;
  const Live<RunbookConfig>& runbooks_;
  StopSignal stop_;
};

}  // namespace

std::unique_ptr<Action> make(const ActionDeps& deps) {
  return std::make_unique<RunbookAction>(deps);
}

}  // namespace tidemark::act::runbook
