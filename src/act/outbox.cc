#include "act/outbox.h"

#include <algorithm>
#include <future>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "act/outbox/backoff.h"
#include "act/outbox/expand.h"
#include "act/outbox/lane.h"
#include "act/outbox/ledger.h"
#include "act/outbox/parcel.h"
#include "act/outbox/sinks.h"
#include "act/sns/documents.h"
#include "base/log.h"
#include "base/worker.h"

namespace tidemark::act {
namespace {

constexpr std::size_t kMessageWorkers = 8;
constexpr std::size_t kProgramWorkers = 4;
/// Rows expanded between two looks at what is due.
constexpr std::size_t kExpandAtOnce = 256;
/// Deliveries looked at in one run, and of one subscription: these are sent in a row.
constexpr std::size_t kLookAtOnce = 1000;
constexpr std::size_t kInARow = 16;

ActionDeps action_deps(const OutboxWorker::Deps& deps) {
  return {.clock = deps.clock,
          .http = deps.http,
          .mail = deps.mail,
          .signer = deps.signer,
          .config = deps.config,
          .runbooks = deps.runbooks};
}

const char* outcome_name(Attempt::Verdict verdict) {
  switch (verdict) {
    case Attempt::Verdict::taken:
      return "delivered";
    case Attempt::Verdict::again:
      return "retry";
    case Attempt::Verdict::never:
      return "dead";
  }
  return "";
}

}  // namespace

class OutboxWorker::Core {
 public:
  explicit Core(const Deps& deps)
      : deps_(deps),
        actions_(make_actions(action_deps(deps))),
        expander_({.clock = deps.clock, .random = deps.random, .actions = actions_}),
        sinks_(deps.random),
        ledger_(deps.store, sinks_, deps.clock),
        turn_("outbox"),
        messages_("send", kMessageWorkers, [this] { nudge(); }),
        programs_("runbook", kProgramWorkers, [this] { nudge(); }) {}

  std::size_t run_once() {
    return turn_.ask([this] {
      if (stopping_) return std::size_t{0};
      ledger_.try_again();
      const std::size_t expanded = expand();
      return expanded + start_due();
    });
  }

  void settle() {
    do {
      wait_until_idle();
    } while (run_once() > 0);
  }

  void start(Duration period) {
    ticker_ = std::make_unique<Ticker>("outbox-tick", period, [this] { run_once(); });
    ticker_->nudge();
  }

  void nudge() {
    if (ticker_) ticker_->nudge();
  }

  void stop() {
    if (ticker_) ticker_->stop();
    turn_.ask([this] { stopping_ = true; });
    for (const auto& action : actions_)
      action->stop();
    wait_until_idle();
  }

 private:
  /// One delivery to be sent, or given up at once because of `problem`.
  struct Shipment {
    Delivery delivery;
    Parcel parcel;
    Action* action = nullptr;
    std::string problem;
    bool asked = false;  ///< the receiver was
  };

  void wait_until_idle() {
    messages_.wait_until_idle();
    programs_.wait_until_idle();
  }

  // --- expanding, on the turn_ worker

  Result<Expander::Directory> read_directory() {
    Expander::Directory out;
    TM_TRY(out.topics, sns::read_topics(deps_.store));
    TM_TRY(out.subscriptions, sns::read_subscriptions(deps_.store));
    return out;
  }

  std::size_t expand() {
    const auto rows = deps_.store.unexpanded_outbox(kExpandAtOnce);
    if (!rows) return complain("reading the outbox failed", rows.error());
    if (rows->empty()) return 0;
    // Read after the rows: a subscription made before a row was committed is in it.
    const auto directory = read_directory();
    if (!directory) return complain("reading the topics failed", directory.error());
    std::vector<std::future<Result<void>>> commits;
    for (const OutboxRow& row : *rows) {
      commits.push_back(commit_soon(deps_.store, expander_.expand(row, *directory)));
    }
    std::size_t expanded = 0;
    for (auto& commit : commits) {
      const auto result = commit.get();
      if (result) {
        ++expanded;
      } else {
        complain("expanding an outbox row failed", result.error());
      }
    }
    return expanded;
  }

  // --- starting, on the turn_ worker

  std::size_t start_due() {
    // Before the read: what is on its way now may be taken, and written down as such, after it.
    const auto busy = sinks_.busy();
    DeliveryQuery query;
    query.due_by = deps_.clock.machine_wall();
    query.per_subscription = kInARow;
    query.limit = kLookAtOnce;
    auto due = deps_.store.deliveries(query);
    if (!due) return complain("reading due deliveries failed", due.error());
    std::erase_if(*due, [&](const Delivery& d) { return busy.contains(d.subscription); });
    if (due->empty()) return 0;
    const auto directory = read_directory();
    if (!directory) return complain("reading the topics failed", directory.error());
    std::map<std::string, std::vector<Shipment>> rows;
    for (Delivery& delivery : *due) {
      auto& row = rows[delivery.subscription];
      row.push_back(prepare(std::move(delivery), *directory));
    }
    std::size_t started = 0;
    for (auto& [subscription, row] : rows)
      started += start(subscription, std::move(row));
    return started;
  }

  std::size_t start(const std::string& subscription, std::vector<Shipment> row) {
    if (!sinks_.try_take(subscription, deps_.clock.now())) return 0;
    const std::size_t count = row.size();
    const Action* action = row.front().action;
    Lane& lane = action != nullptr && action->runs_programs() ? programs_ : messages_;
    const bool taken = lane.try_run(
        [this, subscription, row = std::move(row)]() mutable { send_in_a_row(subscription, row); });
    if (taken) return count;
    sinks_.release(subscription, std::nullopt, deps_.clock.now());
    return 0;
  }

  Shipment prepare(Delivery delivery, const Expander::Directory& directory) {
    Shipment out{.delivery = std::move(delivery),
                 .parcel = {},
                 .action = nullptr,
                 .problem = "",
                 .asked = false};
    for (const auto& action : actions_) {
      const auto served = action->protocols();
      const auto& wanted = out.delivery.protocol;
      if (std::find(served.begin(), served.end(), wanted) != served.end())
        out.action = action.get();
    }
    auto parcel = parcel_from_json(out.delivery.body);
    if (!parcel) {
      out.problem = "the kept message cannot be read: " + parcel.error().what;
      return out;
    }
    out.parcel = *std::move(parcel);
    if (out.action == nullptr) out.problem = "there is no way to send by " + out.delivery.protocol;
    if (!listens(out, directory)) out.problem = "the subscription was removed";
    return out;
  }

  static bool listens(const Shipment& shipment, const Expander::Directory& directory) {
    const std::string& receiver = shipment.delivery.subscription;
    if (receiver == shipment.parcel.action || shipment.parcel.about_subscription) return true;
    const auto& all = directory.subscriptions;
    return std::any_of(all.begin(), all.end(), [&](const Subscription& s) {
      return s.arn == receiver && s.state == Subscription::State::confirmed;
    });
  }

  // --- sending, on a lane's worker

  /// One after the other, up to the first that has to be tried again.
  void send_in_a_row(const std::string& subscription, std::vector<Shipment>& row) {
    Ledger::Page page(ledger_, subscription);
    std::optional<bool> worked;
    for (Shipment& shipment : row) {
      const Attempt attempt = send(shipment);
      const bool again = attempt.verdict == Attempt::Verdict::again;
      if (shipment.asked) worked = !again;
      page.add(outcome(shipment, attempt));
      if (again) break;
    }
    page.close(worked);
  }

  Attempt send(Shipment& shipment) {
    if (!shipment.problem.empty()) return Attempt::dead(shipment.problem);
    if (shipment.action->runs_programs()) {
      const auto audited = deps_.store.commit_and_wait({audit(shipment, "runbook.start")});
      if (!audited) {
        return Attempt::later("the audit log could not be written: " + audited.error().what);
      }
    }
    shipment.asked = true;
    return shipment.action->send(shipment.delivery, shipment.parcel.form);
  }

  AddAudit audit(const Shipment& shipment, const char* what) const {
    const Delivery& delivery = shipment.delivery;
    std::string detail = fmt::format(
        "delivery {} alarm {} state {}", delivery.id, delivery.alarm_name, delivery.state);
    if (!delivery.last_error.empty()) detail += ": " + delivery.last_error;
    return {.at = deps_.clock.wall(),
            .who = "outbox",
            .what = what,
            .object = delivery.endpoint,
            .detail = detail};
  }

  /// Brings the delivery up to date with the attempt; what is to be written down of it.
  std::vector<ControlChange> outcome(Shipment& shipment, const Attempt& attempt) {
    Delivery& delivery = shipment.delivery;
    const Timestamp now = deps_.clock.machine_wall();
    auto verdict = attempt.verdict;
    ++delivery.attempts;
    delivery.last_error = attempt.reason;
    delivery.output = attempt.output;
    if (verdict == Attempt::Verdict::again && now >= delivery.give_up_at) {
      verdict = Attempt::Verdict::never;
      delivery.last_error = "given up after 72 h: " + attempt.reason;
    }
    if (verdict == Attempt::Verdict::again) {
      const Timestamp next = now + backoff(delivery.attempts, deps_.random);
      delivery.next_try_at = std::min(next, delivery.give_up_at);
    } else {
      delivery.state = verdict == Attempt::Verdict::taken ? "delivered" : "dead";
      delivery.finished_at = now;
    }
    count(delivery, verdict);
    std::vector<ControlChange> out{UpdateDelivery{delivery}};
    if (delivery.state != "pending" && !delivery.alarm_name.empty()) {
      out.emplace_back(action_history(delivery, shipment.parcel, deps_.clock.wall()));
    }
    if (shipment.asked && shipment.action->runs_programs()) {
      out.emplace_back(audit(shipment, "runbook.end"));
    }
    return out;
  }

  void count(const Delivery& delivery, Attempt::Verdict verdict) {
    const std::string outcome_label = outcome_name(verdict);
    deps_.meter
        .counter(fmt::format("tidemark_delivery_attempts_total{{protocol=\"{}\",outcome=\"{}\"}}",
                             delivery.protocol,
                             outcome_label))
        .add();
    if (verdict != Attempt::Verdict::never) return;
    log(LogLevel::warn,
        "a notification was given up",
        {{"delivery", delivery.id},
         {"protocol", delivery.protocol},
         {"alarm", delivery.alarm_name},
         {"reason", delivery.last_error}});
  }

  static std::size_t complain(const char* what, const Error& error) {
    log(LogLevel::error, what, {{"error", error.what}});
    return 0;
  }

  const Deps deps_;
  std::vector<std::unique_ptr<Action>> actions_;
  Expander expander_;
  Sinks sinks_;
  Ledger ledger_;
  bool stopping_ = false;  // the turn_ worker's
  std::unique_ptr<Ticker> ticker_;
  Worker turn_;
  Lane messages_;  // last: end before what their tasks use
  Lane programs_;
};

OutboxWorker::OutboxWorker(const Deps& deps) : core_(std::make_unique<Core>(deps)) {}
OutboxWorker::~OutboxWorker() {
  core_->stop();
}
std::size_t OutboxWorker::run_once() {
  return core_->run_once();
}
void OutboxWorker::settle() {
  core_->settle();
}
void OutboxWorker::start(Duration period) {
  core_->start(period);
}
void OutboxWorker::nudge() {
  core_->nudge();
}
void OutboxWorker::stop() {
  core_->stop();
}

}  // namespace tidemark::act
